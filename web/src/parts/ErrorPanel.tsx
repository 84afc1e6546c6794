import { RefreshCw, SquareX } from 'lucide-react';
import { Link } from 'react-router-dom';

import { ApiError, kNoAnswer, kSessionEnded } from '../api/call';
import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { Button } from './Button';
import { CopyButton } from './CopyButton';

/** What went wrong in this panel, with the ways out; the rest of the page works on. */
export function ErrorPanel(props: { title: string; error: unknown; onRetry?: () => void }) {
  const words = useWords(partWords);
  const error = props.error instanceof ApiError ? props.error : undefined;
  const text =
    error?.code === kNoAnswer
      ? words.noAnswer(error.message)
      : error?.code === kSessionEnded
        ? words.sessionEnded
        : (error?.message ?? String(props.error));
  return (
    <div className="error-panel-frame">
      <div className="error-panel" role="alert">
        <SquareX size={16} aria-hidden />
        <div>
          <p className="error-panel-title">{props.title}</p>
          <p>{text}</p>
          {error && <p className="mono">{error.code}</p>}
          {error?.requestId && (
            <p className="small">
              RequestId <code>{error.requestId}</code>
              <CopyButton text={error.requestId} name="RequestId" />
            </p>
          )}
        </div>
      </div>
      <div className="error-panel-actions">
        {props.onRetry && (
          <Button icon={<RefreshCw size={14} aria-hidden />} onClick={props.onRetry}>
            {words.tryAgain}
          </Button>
        )}
        {error?.requestId && <Link to={`/calls/${error.requestId}`}>{words.openCall}</Link>}
        {error && <Link to={`/explorer/${error.action}`}>{words.openInExplorer}</Link>}
      </div>
    </div>
  );
}
