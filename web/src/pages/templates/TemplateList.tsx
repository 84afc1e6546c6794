import { Plus } from 'lucide-react';
import { Link, useNavigate } from 'react-router-dom';

import { useCall } from '../../api/query';
import { fromUnix } from '../../format/time';
import { ApiState, DataTable, Empty, LinkButton, Page, Time, type Column } from '../../parts';
import { Await } from '../../parts/Await';
import { usePageKeys } from '../../parts/pageKeys';
import { dataWords } from '../../words/data';
import { useWords } from '../../words/words';
import { useRange } from '../useRange';
import { words } from './words';
import { useMay } from '../../shell/SessionContext';

const kPage = 50;

export interface TemplateRow {
  readonly TemplateID: number | bigint;
  readonly TemplateName: string;
  readonly TemplateStatus: number;
  readonly CreatedTimestamp: number;
  readonly ReviewReason: string;
}

export function TemplateList() {
  const w = useWords(words);
  const d = useWords(dataWords);
  const navigate = useNavigate();
  const range = useRange(kPage);
  const templates = useCall<{ TotalCount: number; TemplatesMetadata: TemplateRow[] }>('ListEmailTemplates', {
    Offset: range.offset,
    Limit: kPage,
  });
  const may = useMay();
  usePageKeys({ n: may('CreateEmailTemplate') ? () => navigate('/templates/new') : undefined });
  const columns: Column<TemplateRow>[] = [
    { key: 'id', head: w.column.id, cell: (row) => String(row.TemplateID), width: '72px' },
    { key: 'state', head: w.column.state, cell: (row) => <ApiState kind="template" status={row.TemplateStatus} /> },
    {
      key: 'name',
      head: w.column.name,
      cell: (row) => (
        <Link to={`/templates/${row.TemplateID}`} className="row-name">
          {row.TemplateName}
        </Link>
      ),
    },
    { key: 'created', head: w.column.created, number: true, wideOnly: true, cell: (row) => <Time at={fromUnix(row.CreatedTimestamp)} /> },
  ];
  return (
    <Page
      title={w.title}
      actions={
        <LinkButton to="/templates/new" needs="CreateEmailTemplate" look="filled" icon={<Plus size={16} aria-hidden />} hint="n">
          {w.newTemplate}
        </LinkButton>
      }
    >
      <Await of={templates} title={w.title} rows={8}>
        {(data) =>
          data.TemplatesMetadata.length > 0 ? (
            <DataTable
              caption={w.title}
              columns={columns}
              rows={data.TemplatesMetadata}
              rowKey={(row) => String(row.TemplateID)}
              onOpen={(row) => navigate(`/templates/${row.TemplateID}`)}
              below={(row) =>
                row.ReviewReason ? <span className="small">{w.refusedBecause(row.ReviewReason)}</span> : undefined
              }
              paging={range.paging(Number(data.TotalCount), data.TemplatesMetadata.length)}
            />
          ) : (
            <Empty
              title={w.emptyTitle}
              action={<LinkButton to="/templates/new" needs="CreateEmailTemplate">{w.newTemplate}</LinkButton>}
              link={<Link to="/explorer/CreateEmailTemplate">{d.callInExplorer('CreateEmailTemplate')}</Link>}
            >
              {w.emptyText}
            </Empty>
          )
        }
      </Await>
    </Page>
  );
}
