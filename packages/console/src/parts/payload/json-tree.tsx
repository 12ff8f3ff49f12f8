import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icon.js';
import classNames from './payload.module.css';
import { isRecord } from './payload-shape.js';

/** Children shown at first, and added with each click on "more". */
const step = 100;
/** Branches up to this depth are open at first. */
const openDepth = 2;

function Scalar({ value }: { readonly value: unknown }) {
  const kind = value === null ? 'null' : typeof value;
  return (
    <span className={classNames.scalar} data-kind={kind}>
      {JSON.stringify(value)}
    </span>
  );
}

function Branch(props: {
  readonly name: string | null;
  readonly entries: readonly (readonly [string, unknown])[];
  readonly isArray: boolean;
  readonly depth: number;
}) {
  const { t } = useTranslation();
  const { name, entries, isArray, depth } = props;
  const [isOpen, setOpen] = useState(depth < openDepth);
  const [limit, setLimit] = useState(step);
  const brackets = isArray ? `[${entries.length}]` : `{${entries.length}}`;
  return (
    <li>
      <button type="button" className={classNames.branch} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span data-open={isOpen} className={classNames.twist}>
          <Icon name="chevron" size={11} />
        </span>
        {name !== null && <span className={classNames.name}>{name}</span>}
        <span className="muted">{brackets}</span>
      </button>
      {isOpen && (
        <ul className={classNames.twigs}>
          {entries.slice(0, limit).map(([key, value]) => (
            <JsonNode key={key} name={key} value={value} depth={depth + 1} />
          ))}
          {entries.length > limit && (
            <li>
              <button type="button" className={classNames.more} onClick={() => setLimit(limit + step)}>
                {t('payload.more', { n: entries.length - limit })}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

function JsonNode({
  name,
  value,
  depth,
}: {
  readonly name: string | null;
  readonly value: unknown;
  readonly depth: number;
}) {
  if (Array.isArray(value)) {
    const entries = value.map((item, index) => [String(index), item as unknown] as const);
    return <Branch name={name} entries={entries} isArray depth={depth} />;
  }
  if (isRecord(value)) return <Branch name={name} entries={Object.entries(value)} isArray={false} depth={depth} />;
  return (
    <li className={classNames.leaf}>
      {name !== null && <span className={classNames.name}>{name}</span>}
      <Scalar value={value} />
    </li>
  );
}

/** JSON as a tree of branches that open and close. */
export function JsonTree({ value }: { readonly value: unknown }) {
  return (
    <ul className={classNames.tree}>
      <JsonNode name={null} value={value} depth={0} />
    </ul>
  );
}
