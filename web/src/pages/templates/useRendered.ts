import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { ApiError, call, surroundings } from '../../api/call';
import type { TemplateDraft } from './draft';
import { sampleValue, type SampleSet } from './starters';
import { findVariables, fromBase64, toBase64 } from './variables';

export interface Variable {
  readonly Name: string;
  readonly HasValue: boolean;
  readonly Count: number;
  readonly Places: readonly { readonly Part: string; readonly Line: number; readonly Column: number; readonly Context: string }[];
}

export interface Finding {
  readonly Rule: string;
  readonly Level: 'error' | 'warning' | 'hint';
  readonly Part: 'Mail' | 'Subject' | 'Html' | 'Text';
  readonly Line: number;
  readonly Column: number;
  readonly Excerpt: string;
  readonly Text: string;
  readonly Remedy: string;
}

interface Answer {
  readonly Subject: string;
  readonly Html: string;
  readonly Text: string;
  readonly Variables: Variable[];
  readonly checked: Checked;
}

interface Checked {
  readonly FindingCount: number;
  readonly Findings: Finding[];
}

/** The draft is rendered this long after the last key. */
const kPauseMs = 400;

/** A value that follows another one when that has not changed for a while. */
export function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

/** The draft as one person would get it, rendered and checked by the server with the code that composes mails. */
export function useRendered(
  draft: TemplateDraft,
  subject: string,
  set: SampleSet,
  values: Readonly<Record<string, string>>,
) {
  const names = findVariables({ subject, html: draft.html, text: draft.text }).map((variable) => variable.name);
  const data = JSON.stringify(Object.fromEntries(names.map((name) => [name, values[name] ?? sampleValue(set, name)])));
  const key = JSON.stringify([draft.html, draft.text, subject, data]);
  const settled = useSettled(key, kPauseMs);
  const query = useQuery<Answer, ApiError>({
    queryKey: ['RenderEmailTemplate', surroundings.region, settled],
    enabled: draft.html !== '' || draft.text !== '',
    placeholderData: keepPreviousData,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const [html, text, title, sample] = JSON.parse(settled) as [string, string, string, string];
      const content = {
        TemplateContent: {
          ...(html === '' ? {} : { Html: toBase64(html) }),
          ...(text === '' ? {} : { Text: toBase64(text) }),
        },
        Subject: title === '' ? undefined : title,
        TemplateData: sample,
      };
      const [rendered, checked] = await Promise.all([
        call<Omit<Answer, 'checked'>>('RenderEmailTemplate', content, { signal }),
        call<Checked>('CheckEmailTemplate', content, { signal }),
      ]);
      return { ...rendered, checked };
    },
  });
  const answer = draft.html === '' && draft.text === '' ? undefined : query.data;
  return {
    error: query.error,
    again: () => void query.refetch(),
    /** Newer content is on its way. */
    stale: settled !== key || query.isPlaceholderData || query.isFetching,
    subject: answer?.Subject ?? '',
    html: answer ? fromBase64(answer.Html) : '',
    text: answer ? fromBase64(answer.Text) : '',
    variables: answer?.Variables ?? [],
    findings: answer?.checked.Findings ?? [],
    findingCount: Number(answer?.checked.FindingCount ?? 0),
    empty: answer === undefined,
  };
}

export type Rendered = ReturnType<typeof useRendered>;
