import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { short, type Action, type Api, type Field } from './description';
import { kindOf } from './kinds';
import { Prose } from './Prose';

const kDepthMax = 3;

/** Members, limits, errors and the example of an action, from its description. */
export function DocsTab({ api, action }: { api: Api; action: Action }) {
  const words = useWords(explorerWords);
  const language = useLanguage();
  return (
    <div className="docs-tab">
      <p>
        <Prose text={action[short(language)]} />
      </p>
      <p className="small grey">
        {words.effects[action.effect]}
        {action.idempotent ? ` · ${words.idempotent}` : ''}
      </p>
      <h2 className="answer-heading">{words.input}</h2>
      <Members api={api} action={action} fields={action.input} caption={words.input} input />
      <h2 className="answer-heading">{words.output}</h2>
      <Members api={api} action={action} fields={action.output} caption={words.output} />
      <h2 className="answer-heading">{words.errors}</h2>
      <dl className="error-list">
        {[...action.errors, ...api.commonErrors].map((code) => (
          <div key={code}>
            <dt>
              <code>{code}</code>
            </dt>
            <dd>
              <Prose text={api.meaning(code, language) ?? ''} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Members(props: { api: Api; action: Action; fields: Field[]; caption: string; input?: boolean }) {
  const { api, action, input } = props;
  const words = useWords(explorerWords);
  const language = useLanguage();
  const rows: { path: string; field: Field; depth: number }[] = [];
  const walk = (prefix: string, fields: Field[], depth: number) => {
    for (const field of fields) {
      rows.push({ path: prefix + field.name, field, depth });
      if (depth < kDepthMax) walk(`${prefix}${field.name}.`, api.members(action, field), depth + 1);
    }
  };
  walk('', props.fields, 0);
  if (rows.length === 0) return <p className="grey">{words.none}</p>;
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={props.caption}>
      <table className="table docs-table">
        <caption className="visually-hidden">{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.member}</th>
            <th scope="col">{words.type}</th>
            <th scope="col">{words.meaning}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ path, field }) => (
            <tr key={path}>
              <td>
                <code>{path}</code>
                {field.required && input && <span className="small grey"> {words.required}</span>}
              </td>
              <td className="small">
                {field.type === 'array' ? `array · ${field.of}` : field.type}
                {kindOf(field) === 'base64' && ' · base64'}
              </td>
              <td>
                <Prose text={field[short(language)]} />{' '}
                <span className="small grey">{limitsOf(api, field, language).join(' · ')}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const kLimits = ['min', 'max', 'min_length', 'max_length', 'max_bytes', 'min_items', 'max_items'] as const;

function limitsOf(api: Api, field: Field, language: 'en' | 'zh-CN'): string[] {
  return kLimits.flatMap((name) => (field[name] === undefined ? [] : [api.rule(name, String(field[name]), language)]));
}
