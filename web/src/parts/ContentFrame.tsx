import { useEffect, useState } from 'react';

import { surroundings } from '../api/call';
import { partWords } from '../words/parts';
import { useWords } from '../words/words';
import { ErrorPanel } from './ErrorPanel';
import { Skeleton } from './Skeleton';

/** Hands HTML to the server and gets an address of one minute under which only this session's frame can read it. */
async function addressOf(html: string, signal: AbortSignal): Promise<string> {
  const response = await fetch('/console/part', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sesame-Csrf': surroundings.csrf },
    body: JSON.stringify({ html }),
    credentials: 'same-origin',
    signal,
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return ((await response.json()) as { url: string }).url;
}

/**
 * Content of a mail: shown in a frame without scripts and without an origin, so that nothing in it can reach the console.
 * Nothing of it is ever parsed in the console's own document.
 */
export function ContentFrame({ html, title, height = 400 }: { html: string; title: string; height?: number }) {
  const words = useWords(partWords);
  const [url, setUrl] = useState<string>();
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const controller = new AbortController();
    setUrl(undefined);
    setError(undefined);
    addressOf(html, controller.signal).then(setUrl, (fault: unknown) => {
      if (!controller.signal.aborted) setError(fault);
    });
    return () => controller.abort();
  }, [html, turn]);
  if (error !== undefined) return <ErrorPanel title={words.contentFailed} error={error} onRetry={() => setTurn(turn + 1)} />;
  if (!url) return <Skeleton rows={4} />;
  return <iframe className="content-frame" sandbox="" src={url} title={title} style={{ height }} />;
}
