import { classes } from './classes.js';
import classNames from './facts.module.css';

/** The name of a fact and its value. Names are unique in their list. */
export type Fact = readonly [name: string, value: React.ReactNode];

export interface FactsProps {
  readonly facts: readonly Fact[];
  readonly className?: string | undefined;
}

function Terms({ facts, className }: FactsProps) {
  return (
    <dl className={className}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One fact a line, the name on the left. `--term` sets the width of the names. */
export function FactList({ facts, className }: FactsProps) {
  return <Terms facts={facts} className={classes(classNames.list, className)} />;
}

/** Several facts a line, each name above its value. `className` sets the columns. */
export function FactGrid({ facts, className }: FactsProps) {
  return <Terms facts={facts} className={classes(classNames.blocks, className)} />;
}
