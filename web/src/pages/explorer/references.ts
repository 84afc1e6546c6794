import { useCall } from '../../api/query';
import { useStateText } from '../../parts';
import { useMay } from '../../shell/SessionContext';
import type { Reference } from './kinds';

interface Option {
  value: string;
  label: string;
}

interface Source {
  action: string;
  params: { Offset?: number; Limit?: number };
}

const kSources: Record<Reference, Source> = {
  template: { action: 'ListEmailTemplates', params: { Offset: 0, Limit: 100 } },
  group: { action: 'ListReceivers', params: { Offset: 0, Limit: 100 } },
  sender: { action: 'ListEmailAddress', params: {} },
  domain: { action: 'ListEmailIdentities', params: {} },
  task: { action: 'ListSendTasks', params: { Offset: 0, Limit: 100 } },
};

interface Rows {
  TemplatesMetadata?: { TemplateID: number; TemplateName: string; TemplateStatus: number }[];
  Data?: { ReceiverId?: number; ReceiversName?: string; ReceiversStatus?: number; TaskId?: number; Subject?: string }[];
  EmailSenders?: { EmailAddress: string; EmailSenderName: string }[];
  EmailIdentities?: { IdentityName: string }[];
}

/** Existing objects that a member can name; others can be entered freely. */
export function useReferences(reference: Reference | undefined): Option[] {
  const may = useMay();
  const stateText = useStateText();
  const source = reference ? kSources[reference] : undefined;
  const query = useCall<Rows>(source?.action ?? 'ListReceivers', source?.params ?? {}, {
    enabled: source !== undefined && may(source.action),
  });
  const rows = query.data;
  if (!reference || !rows) return [];
  switch (reference) {
    case 'template':
      return (rows.TemplatesMetadata ?? []).map((row) => ({
        value: String(row.TemplateID),
        label: `${row.TemplateName} (${stateText('template', row.TemplateStatus)})`,
      }));
    case 'group':
      return (rows.Data ?? []).map((row) => ({
        value: String(row.ReceiverId),
        label: `${row.ReceiversName} (${stateText('group', row.ReceiversStatus ?? 0)})`,
      }));
    case 'task':
      return (rows.Data ?? []).map((row) => ({ value: String(row.TaskId), label: row.Subject ?? '' }));
    case 'sender':
      return (rows.EmailSenders ?? []).map((row) => ({
        value: row.EmailSenderName ? `${row.EmailSenderName} <${row.EmailAddress}>` : row.EmailAddress,
        label: '',
      }));
    default:
      return (rows.EmailIdentities ?? []).map((row) => ({ value: row.IdentityName, label: '' }));
  }
}
