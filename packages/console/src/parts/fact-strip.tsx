import classNames from './fact-strip.module.css';

/** What it is, its value, and its unit or a remark. */
export type Fact = readonly [name: string, value: React.ReactNode, remark: string];

/** Figures in a line, with lines between them. */
export function FactStrip({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classNames.strip}>
      {facts.map(([name, value, remark]) => (
        <div key={name}>
          <dt className="clip" title={name}>
            {name}
          </dt>
          <dd>
            <b className="clip">{value}</b>{' '}
            <span className="clip" title={remark}>
              {remark}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
