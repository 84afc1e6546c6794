import { writeJson } from '../../api/json';
import { CopyButton } from '../../parts';
import { explorerWords } from '../../words/explorer';
import { useWords } from '../../words/words';
import type { Doc } from './check';
import type { Action } from './description';
import { JsonView } from './JsonView';

/** The documented example of an action: its request, to load into the form, and its answer. */
export function MockTab({ action, onLoad }: { action: Action; onLoad: (params: Doc) => void }) {
  const words = useWords(explorerWords);
  const request = writeJson(action.example.request, 2);
  const response = writeJson({ Response: { ...action.example.response, RequestId: '…' } }, 2);
  return (
    <div className="mock-tab">
      <div className="answer-tools">
        <h2>{words.exampleRequest}</h2>
        <CopyButton text={request} name={words.exampleRequest} />
        <button type="button" className="button button-small" onClick={() => onLoad(action.example.request)}>
          {words.loadIntoForm}
        </button>
      </div>
      <JsonView text={request} lines={200} label={words.exampleRequest} />
      <div className="answer-tools">
        <h2>{words.exampleAnswer}</h2>
        <CopyButton text={response} name={words.exampleAnswer} />
      </div>
      <JsonView text={response} lines={200} label={words.exampleAnswer} />
      <p className="small grey">{words.mockText}</p>
    </div>
  );
}
