import { CopyButton } from './CopyButton';
import { Note } from './Note';

/** A secret that is shown once: it stands in the page only as long as this does. */
export function Secret(props: { title: string; text: string; values: readonly (readonly [name: string, value: string])[] }) {
  return (
    <Note tone="warning" title={props.title}>
      <p>{props.text}</p>
      <dl className="fact-list">
        {props.values.map(([name, value]) => (
          <div key={name} className="fact-pair">
            <dt>{name}</dt>
            <dd className="copied">
              <code>{value}</code>
              <CopyButton text={value} name={name} />
            </dd>
          </div>
        ))}
      </dl>
    </Note>
  );
}
