import classNames from './fact-strip.module.css';

/** A name, a value, and a unit or remark. A minor one is left out on a phone. */
export type StripFact = readonly [name: string, value: React.ReactNode, remark: string, weight?: 'minor'];

/** Figures in one strip. */
export function FactStrip({ facts }: { readonly facts: readonly StripFact[] }) {
  return (
    <dl className={classNames.strip}>
      {facts.map(([name, value, remark, weight]) => (
        <div key={name} data-weight={weight}>
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
