import { useMemo, useState } from 'react';

import { CopyButton } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useLanguage, useWords } from '../../words/words';
import type { Doc } from './check';
import type { Action, Api } from './description';
import { kLanguages, type Flavour } from './samples';
import { stripped } from './strip';
import { download } from './Workspace';
import { inBrowser } from '../../api/kept';

const kLanguageKey = 'sesame.sample-language';

/** The call in ten languages, with the values of the form. */
export function CodeTab(props: { api: Api; action: Action; params: Doc; region: string }) {
  const { api, action, params, region } = props;
  const words = useWords(explorerWords);
  const language = useLanguage();
  const [key, setKey] = useState(() => inBrowser.read(kLanguageKey) ?? 'curl');
  const [flavour, setFlavour] = useState<Flavour>('json');
  const chosen = kLanguages.find((each) => each.key === key) ?? kLanguages[0]!;
  const used = chosen.flavours.includes(flavour) ? flavour : chosen.flavours[0]!;
  const safe = useMemo(() => stripped(api, action, params, true), [api, action, params]);
  const sample = useMemo(
    () =>
      chosen.write({
        api,
        action,
        params: safe.doc,
        region,
        base: api.base,
        language: language === 'en' ? 'en-US' : 'zh-CN',
        flavour: used,
      }),
    [chosen, api, action, safe, region, language, used],
  );

  return (
    <div className="code-tab">
      <div role="group" aria-label={words.languages} className="segments code-languages">
        {kLanguages.map((each) => (
          <button
            key={each.key}
            type="button"
            aria-pressed={each.key === chosen.key}
            onClick={() => {
              inBrowser.keep(kLanguageKey, each.key);
              setKey(each.key);
            }}
          >
            {each.title}
          </button>
        ))}
      </div>
      <div className="answer-tools">
        {chosen.flavours.length > 1 && (
          <div role="group" aria-label={words.flavour} className="segments segments-small">
            {chosen.flavours.map((each) => (
              <button key={each} type="button" aria-pressed={used === each} onClick={() => setFlavour(each)}>
                {words.flavours[each]}
              </button>
            ))}
          </div>
        )}
        <span className="small grey">{chosen.runs ? words.sampleRun : words.sampleRead}</span>
      </div>
      {sample.impossible ? null : (
        <>
          <div className="answer-tools">
            <h2>{words.install}</h2>
            <CopyButton text={sample.install} name={words.install} />
          </div>
          <pre className="code-box" tabIndex={0}>
            {sample.install}
          </pre>
          <div className="answer-tools">
            <h2>{words.code}</h2>
            <CopyButton text={sample.code} name={words.code} />
            {sample.file && (
              <button
                type="button"
                className="button button-small"
                onClick={() => download(sample.file!.name, sample.file!.text)}
              >
                {words.downloadFile(sample.file.name)}
              </button>
            )}
          </div>
          <pre className="code-box" tabIndex={0}>
            {sample.code}
          </pre>
        </>
      )}
      <ul className="sample-notes">
        {safe.left.length > 0 && <li>{words.sampleWithout(safe.left.join(', '))}</li>}
        {sample.notes.map((note) => (
          <li key={note}>{words.notes[note]}</li>
        ))}
      </ul>
    </div>
  );
}
