import { useEffect } from 'react';
import { Link, useParams } from 'react-router-dom';

import { CopyButton, Empty } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import { short, type Api } from './description';
import { Prose } from './Prose';

/** What an error code means, and which actions answer with it. */
export function ErrorPage({ api }: { api: Api }) {
  const { code = '' } = useParams();
  const words = useWords(explorerWords);
  const language = useLanguage();
  useEffect(() => {
    document.title = `${code} – Sesame`;
  }, [code]);
  if (!api.isCode(code)) {
    return (
      <div className="form-pane">
        <h1 className="form-title">{code}</h1>
        <Empty title={words.noSuchCode} link={<Link to="/explorer">{words.title}</Link>}>
          {words.noSuchCodeText}
        </Empty>
      </div>
    );
  }
  const actions = api.actions.filter((action) => action.errors.includes(code));
  return (
    <div className="form-pane error-page">
      <div className="form-body">
        <p className="small grey">
          <Link to="/explorer">{words.title}</Link> / {words.errorCode}
        </p>
        <h1 className="form-title">
          {code} <CopyButton text={code} name={words.errorCode} />
        </h1>
        <p>
          <Prose text={api.meaning(code, language) ?? ''} />
        </p>
        <h2 className="answer-heading">{words.codeActions}</h2>
        {api.commonErrors.includes(code) && <p>{words.codeOfAll}</p>}
        <ul className="link-list">
          {actions.map((action) => (
            <li key={action.name}>
              <Link to={`/explorer/${action.name}`}>{action.name}</Link> <span className="grey">{action[short(language)]}</span>
            </li>
          ))}
        </ul>
        {code.startsWith('AuthFailure') && (
          <p>
            <Link to="/explorer/doctor">{words.doctor}</Link>
          </p>
        )}
      </div>
    </div>
  );
}
