import { useState } from 'react';

import { ErrorPanel, Section, TextField } from '../../parts';
import { MailFrame } from '../../parts/MailFrame';
import { Segments } from '../../parts/Segments';
import { useWords } from '../../words/words';
import { remotePictures } from '../inbox/html';
import { kSampleSets, type SampleSet } from './starters';
import type { Rendered } from './useRendered';
import { words } from './words';

/** What one person would get, with data that can be chosen to hurt. */
export function Preview(props: {
  rendered: Rendered;
  subject: string;
  onSubject: (subject: string) => void;
  set: SampleSet;
  onSet: (set: SampleSet) => void;
}) {
  const w = useWords(words);
  const [part, setPart] = useState<'html' | 'text'>('html');
  const { rendered } = props;
  const shown = part === 'html' && rendered.html !== '' ? 'html' : 'text';
  return (
    <aside className="side-pane" id="template-preview" aria-label={w.preview}>
      <Section title={w.preview} beside={rendered.stale && !rendered.empty ? w.rendering : w.previewNote}>
        <div className="toolbar">
          <Segments
            label={w.samples}
            value={props.set}
            onChange={(set) => props.onSet(set as SampleSet)}
            segments={kSampleSets.map((set) => ({ value: set, label: w.sample[set] }))}
          />
          {rendered.html !== '' && rendered.text !== '' && (
            <Segments
              label={w.parts}
              value={shown}
              onChange={(value) => setPart(value as 'html' | 'text')}
              segments={[
                { value: 'html', label: w.previewOf.html },
                { value: 'text', label: w.previewOf.text },
              ]}
            />
          )}
        </div>
        <TextField
          label={w.subject}
          value={props.subject}
          onChange={props.onSubject}
          hint={rendered.subject !== props.subject ? rendered.subject : undefined}
        />
        {rendered.error && <ErrorPanel title={w.previewFailed} error={rendered.error} onRetry={rendered.again} />}
        {rendered.empty ? (
          !rendered.error && <p className="grey small preview-empty">{w.previewEmpty}</p>
        ) : (
          <MailFrame
            content={shown === 'html' ? { html: rendered.html } : { text: rendered.text }}
            hasRemoteImages={shown === 'html' && remotePictures(rendered.html).length > 0}
            stale={rendered.stale}
          />
        )}
      </Section>
    </aside>
  );
}
