import type { stateWords } from '../../words/states';
import type { Translation } from '../../words/words';
import type { StatusText } from './search';

type NumberedState = 'deliver' | 'send' | 'task' | 'template' | 'group';

const kStatusActions: Record<NumberedState, { name: string; actions: string[] }> = {
  deliver: { name: 'DeliverStatus', actions: ['GetSendEmailStatus'] },
  send: { name: 'SendStatus', actions: ['GetSendEmailStatus', 'SendEmail'] },
  task: { name: 'TaskStatus', actions: ['ListSendTasks'] },
  template: { name: 'TemplateStatus', actions: ['ListEmailTemplates', 'GetEmailTemplate'] },
  group: { name: 'ReceiversStatus', actions: ['ListReceivers'] },
};

/** Every status number of the API with its words, and the actions that answer with it. */
export function statusTexts(words: Translation<typeof stateWords.en>): StatusText[] {
  return Object.entries(kStatusActions).flatMap(([kind, { name, actions }]) =>
    Object.entries(words[kind as NumberedState]).map(([number, text]) => ({
      number,
      name,
      text,
      actions,
    })),
  );
}
