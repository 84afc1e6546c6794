import './data.css';

import { Fragment, type ReactNode } from 'react';

export type Fact = readonly [label: string, value: ReactNode] | false | undefined | null;

/** Short facts in a line below a title: the label in grey, the value behind it. */
export function FactLine({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="fact-line small">
      {facts.map((fact) =>
        fact ? (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** Facts below each other, labels and values aligned. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className="fact-list">
      {facts.map((fact) =>
        fact ? (
          <Fragment key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd>{fact[1]}</dd>
          </Fragment>
        ) : null,
      )}
    </dl>
  );
}
