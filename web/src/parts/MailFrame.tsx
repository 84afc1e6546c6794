import './data.css';

import { useEffect, useState } from 'react';

import { surroundings } from '../api/call';
import { dataWords } from '../words/data';
import { useWords } from '../words/words';
import { CheckField } from './Field';
import { Note } from './Note';
import { Segments } from './Segments';
import { Skeleton } from './Skeleton';

/** The server gets this long to take the content. */
const kDeadlineMs = 10_000;

const kWidths = { phone: 360, tablet: 768, full: undefined } as const;

type Part = { html: string } | { text: string };

async function makePart(part: Part & { images: boolean; dark: boolean }, signal: AbortSignal): Promise<string> {
  const response = await fetch('/console/part', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Sesame-Csrf': surroundings.csrf },
    credentials: 'same-origin',
    body: JSON.stringify(part),
    signal,
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { url } = (await response.json()) as { url: string };
  // The address comes from our own server; still only a path of it may get into the frame.
  if (!url.startsWith('/console/part/')) throw new Error(url);
  return url;
}

/**
 * Shows content that came in a mail or a template: in a frame without scripts and without an origin, on an address of
 * its own that lives for a minute. The content never becomes part of the console's document.
 */
export function MailFrame(props: {
  content: Part;
  /** Offers to load pictures from outside: the viewer's browser does, never the server. */
  hasRemoteImages?: boolean;
  /** Greyed while newer content is on its way. */
  stale?: boolean;
}) {
  const words = useWords(dataWords).frame;
  const [width, setWidth] = useState<keyof typeof kWidths>('full');
  const [images, setImages] = useState(false);
  const [dark, setDark] = useState(false);
  const [url, setUrl] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const text = 'html' in props.content ? props.content.html : props.content.text;
  const isHtml = 'html' in props.content;

  useEffect(() => {
    const stop = new AbortController();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop.abort();
    }, kDeadlineMs);
    makePart({ ...(isHtml ? { html: text } : { text }), images, dark }, stop.signal)
      .then((made) => {
        setUrl(made);
        setFailure(undefined);
      })
      .catch((error: unknown) => {
        if (late) setFailure(words.tooLate);
        else if (!stop.signal.aborted) setFailure(String(error));
      })
      .finally(() => clearTimeout(timer));
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [text, isHtml, images, dark, words]);

  return (
    <div className="mail-frame">
      {isHtml && (
        <div className="mail-frame-bar">
          <Segments
            label={words.width}
            value={width}
            onChange={(value) => setWidth(value as keyof typeof kWidths)}
            segments={[
              { value: 'phone', label: words.phone },
              { value: 'tablet', label: words.tablet },
              { value: 'full', label: words.full },
            ]}
          />
          <CheckField label={words.dark} checked={dark} onChange={setDark} />
          {props.hasRemoteImages && <CheckField label={words.images} checked={images} onChange={setImages} />}
        </div>
      )}
      {failure && (
        <Note tone="error" title={words.failed}>
          {failure}
        </Note>
      )}
      {url ? (
        <iframe
          className={props.stale ? 'mail-frame-content mail-frame-stale' : 'mail-frame-content'}
          title={words.title}
          sandbox=""
          referrerPolicy="no-referrer"
          src={url}
          style={{ maxWidth: kWidths[width] }}
        />
      ) : (
        !failure && <Skeleton rows={8} />
      )}
      <p className="grey small mail-frame-note">{images ? words.noteImages : words.note}</p>
    </div>
  );
}
