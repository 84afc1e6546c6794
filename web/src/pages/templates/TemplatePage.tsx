import { useCall } from '../../api/query';
import { Empty, LinkButton, Page } from '../../parts';
import { Await } from '../../parts/Await';
import { useWords } from '../../words/words';
import { TemplateEditor } from './TemplateEditor';
import { fromBase64 } from './variables';
import { words } from './words';

interface Stored {
  readonly TemplateContent: { readonly Html?: string; readonly Text?: string };
  readonly TemplateName: string;
  readonly TemplateStatus: number;
}

/** One template, or a new one: its content is read first, then edited. */
export function TemplatePage({ id }: { id: string }) {
  const w = useWords(words);
  const isNew = id === 'new';
  const valid = /^\d{1,20}$/.test(id);
  const template = useCall<Stored>('GetEmailTemplate', { TemplateID: valid ? BigInt(id) : 0 }, { enabled: valid });
  const missing = (
    <Page title={w.missing}>
      <Empty title={w.missingText(id)} action={<LinkButton to="/templates">{w.title}</LinkButton>} />
    </Page>
  );
  if (isNew) return <TemplateEditor id={undefined} stored={undefined} />;
  if (!valid) return missing;
  return (
    <Await
      of={template}
      title={w.title}
      rows={12}
      onError={(error) => (/NotExist|TemplateNotExist|ResourceNotFound/.test(error.code) ? missing : undefined)}
    >
      {(data) => (
        <TemplateEditor
          id={id}
          stored={{
            name: data.TemplateName,
            status: data.TemplateStatus,
            html: fromBase64(data.TemplateContent.Html ?? ''),
            text: fromBase64(data.TemplateContent.Text ?? ''),
          }}
        />
      )}
    </Await>
  );
}
