import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { namespacesQuery } from '../../api/lists.js';
import { Empty } from '../../parts/empty.js';
import { Icon } from '../../parts/icon.js';
import { Page } from '../../parts/page.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { CreateNamespace } from './create-namespace.js';
import { namespaceColumns } from './namespace-columns.js';
import { NamespaceDrawer } from './namespace-drawer.js';

/** All namespaces. */
export function Namespaces() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams();
  const [isCreating, setCreating] = useState(false);
  const query = useQuery({ ...namespacesQuery, refetchInterval: 5000 });
  const { data } = query;
  const columns = useMemo(() => namespaceColumns(t), [t]);
  const opened = data?.find((one) => String(one.id) === id);
  const create = (
    <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
      {t('namespaces.create')}
    </Button>
  );
  return (
    <Page title={t('nav.namespaces')} isFilled actions={data?.length === 0 ? undefined : create}>
      {data === undefined ? (
        <Unloaded query={query} />
      ) : (
        <DataTable
          id="namespaces"
          label={t('nav.namespaces')}
          rows={data}
          columns={columns}
          order={{ key: 'name', isDescending: false }}
          onOpen={(namespace) => void navigate(`/namespaces/${namespace.id}`)}
          toneOf={(namespace) => (namespace.is_active ? undefined : 'off')}
          empty={<Empty text={t('namespaces.none')}>{create}</Empty>}
        />
      )}
      <CreateNamespace isOpen={isCreating} onClose={() => setCreating(false)} />
      <NamespaceDrawer
        namespace={opened}
        isMissing={id !== undefined && data !== undefined && opened === undefined}
        onClose={() => void navigate('/namespaces')}
      />
    </Page>
  );
}
