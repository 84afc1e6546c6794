import { useMemo } from 'react';

import { useCall } from '../../api/query';
import { findVariables, fromBase64 } from '../templates/variables';
import { domainOf, type Draft, type Id } from './model';

export interface Group {
  readonly ReceiverId: Id;
  readonly ReceiversName: string;
  readonly Count: number;
  readonly InvalidCount: number;
  readonly ReceiversStatus: number;
}

export interface Sender {
  readonly EmailAddress: string;
  readonly EmailSenderName: string;
}

export interface TemplateRow {
  readonly TemplateID: Id;
  readonly TemplateName: string;
  readonly TemplateStatus: number;
}

/** bad: the task cannot start; open: something is still to be chosen, so neither; doubt: it can, but somebody should look;
 * wait: not known yet. */
export type Verdict = 'good' | 'doubt' | 'bad' | 'open' | 'wait';

export interface DraftCheckResult {
  readonly check: 'group' | 'template' | 'variables' | 'domain' | 'subject' | 'time';
  readonly verdict: Verdict;
  /** Names the words for it. */
  readonly detail: string;
  readonly names: readonly string[];
  readonly count: number;
}

export interface Content {
  readonly html: string;
  readonly text: string;
}

/** Everything that the form of a new task needs to know, read with the actions that the API has. */
export function useDraftFacts(draft: Draft) {
  const page = { Offset: 0, Limit: 100 };
  const groups = useCall<{ Data: Group[] }>('ListReceivers', page);
  const templates = useCall<{ TemplatesMetadata: TemplateRow[] }>('ListEmailTemplates', page);
  const senders = useCall<{ EmailSenders: Sender[] }>('ListEmailAddress');
  const domains = useCall<{ EmailIdentities: { IdentityName: string; SendingEnabled: boolean; DailyQuota: number }[] }>(
    'ListEmailIdentities',
  );
  const template = useCall<{ TemplateContent: { Html?: string; Text?: string }; TemplateName: string; TemplateStatus: number }>(
    'GetEmailTemplate',
    { TemplateID: BigInt(draft.template || 0) },
    { enabled: draft.template !== '' },
  );
  const sample = useCall<{ Data: { Email: string; TemplateData: string }[] }>(
    'ListReceiverDetails',
    { ReceiverId: BigInt(draft.group || 0), Offset: 0, Limit: 5, Status: 1 },
    { enabled: draft.group !== '' },
  );
  const content = useMemo<Content | undefined>(() => {
    const parts = draft.template === '' ? undefined : template.data?.TemplateContent;
    return parts && { html: fromBase64(parts.Html ?? ''), text: fromBase64(parts.Text ?? '') };
  }, [draft.template, template.data]);
  const variables = useMemo(
    () => findVariables({ subject: draft.subject, html: content?.html ?? '', text: content?.text ?? '' }).map((one) => one.name),
    [draft.subject, content],
  );
  const people = draft.group === '' ? [] : (sample.data?.Data ?? []);
  const first = people[0];
  const ownValues = useMemo(() => {
    try {
      const value: unknown = JSON.parse(first?.TemplateData || '{}');
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }, [first]);
  const group = groups.data?.Data.find((row) => String(row.ReceiverId) === draft.group);
  const sender = draft.sender === '' ? undefined : domainOf(draft.sender);
  const domain = domains.data?.EmailIdentities.find((row) => row.IdentityName.toLowerCase() === sender);
  const status = templates.data?.TemplatesMetadata.find((row) => String(row.TemplateID) === draft.template)?.TemplateStatus;
  const interval = Number(draft.interval);
  const intervalOk = draft.when !== 'recurring' || (Number.isInteger(interval) && interval >= 1 && interval <= 87_600);
  const count = Number(group?.Count ?? 0) - Number(group?.InvalidCount ?? 0);
  const missing = variables.filter((name) => !(name in ownValues) && !(name in draft.values));
  const forAll = variables.filter((name) => !(name in ownValues) && name in draft.values);
  const begin = draft.begin === '' ? undefined : new Date(draft.begin);

  const checks: DraftCheckResult[] = [
    result('group', !group ? ['open', 'noGroup'] : Number(group.Count) === 0 ? ['bad', 'groupEmpty']
      : group.ReceiversStatus === 2 ? ['doubt', 'groupImporting'] : ['good', 'groupOk'], [], count),
    result('template', status === undefined ? ['open', 'noGroup'] : status === 0 ? ['good', 'templateOk']
      : status === 1 ? ['bad', 'templateReview'] : ['bad', 'templateRefused']),
    variables.length === 0
      ? result('variables', draft.template === '' ? ['wait', 'noGroup'] : ['good', 'variablesNone'])
      : sample.isFetching && people.length === 0
        ? result('variables', ['wait', 'variablesLoading'])
        : missing.length > 0
          ? result('variables', ['doubt', 'variablesMissing'], missing)
          : forAll.length > 0
            ? result('variables', ['good', 'variablesForAll'], forAll)
            : result('variables', ['good', 'variablesOk'], variables),
    result('domain', draft.sender === '' ? ['open', 'noGroup'] : domain?.SendingEnabled ? ['good', 'domainOk'] : ['bad', 'domainBad'],
      [], Number(domain?.DailyQuota ?? 0)),
    result('subject', draft.subject.trim() === '' ? ['open', 'subjectBad']
      : [...draft.subject].length <= 100 ? ['good', 'subjectOk'] : ['bad', 'subjectBad']),
    ...(draft.when === 'now' ? [] : [
      result('time', begin && begin > new Date() && intervalOk ? ['good', 'timeOk'] : begin ? ['bad', 'past'] : ['open', 'noTime']),
    ]),
  ];
  return {
    groups: groups.data?.Data ?? [],
    templates: templates.data?.TemplatesMetadata ?? [],
    senders: senders.data?.EmailSenders ?? [],
    errors: [groups.error, templates.error, senders.error, domains.error, template.error, sample.error].filter(
      (error): error is NonNullable<typeof error> => error !== null,
    ),
    group,
    people: Math.max(0, count),
    samplePeople: people,
    templateName: template.data?.TemplateName ?? '',
    content,
    variables,
    /** Variables that the group's people have no data for: the form asks for one value for everybody. */
    common: variables.filter((name) => !(name in ownValues)),
    /** What the first person of the group would get. */
    sampleValues: { ...draft.values, ...ownValues },
    checks,
    intervalOk,
  };
}

export type DraftFacts = ReturnType<typeof useDraftFacts>;

function result(
  check: DraftCheckResult['check'],
  [verdict, detail]: readonly [Verdict, string],
  names: readonly string[] = [],
  count = 0,
): DraftCheckResult {
  return { check, verdict, detail, names, count };
}
