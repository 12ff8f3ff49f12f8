import type { ApiNamespace, Bars } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../../api/request.js';
import { FormFrame } from '../../../parts/form-frame.js';
import { Unloaded } from '../../../parts/unloaded.js';
import { CalendarsEditor } from '../freshness/calendars-editor.js';
import { BarRulesEditor } from './bar-rules-editor.js';
import { barsDraftOf, barsOf } from './bars-draft.js';

const pathOf = ({ id }: ApiNamespace): string => `/api/namespaces/${id}/bars`;

function Editor({ namespace, stored }: { readonly namespace: ApiNamespace; readonly stored: Bars }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => barsDraftOf(stored));
  const [saved, setSaved] = useState(stored);
  const bars = useMemo(() => barsOf(draft), [draft]);
  const isSame = JSON.stringify(bars) === JSON.stringify(saved);
  const save = async (): Promise<void> => {
    setSaved(await ask<Bars>(pathOf(namespace), { method: 'PUT', body: bars }));
    await queries.invalidateQueries({ queryKey: ['bars', namespace.id] });
  };
  return (
    <FormFrame action={t('actions.save')} onSubmit={save} isDisabled={bars === undefined || isSame}>
      <BarRulesEditor draft={draft} onChange={setDraft} />
      <CalendarsEditor draft={draft} hint={t('bars.calendarsHint')} onChange={setDraft} />
    </FormFrame>
  );
}

/** The bar rules of a namespace, and their calendars. */
export function BarsTab({ namespace }: { readonly namespace: ApiNamespace }) {
  const query = useQuery({
    queryKey: ['bars', namespace.id],
    queryFn: ({ signal }) => ask<Bars>(pathOf(namespace), { signal }),
    // A newer answer must not replace what the viewer is typing; the form starts from the first one.
    gcTime: 0,
  });
  if (query.data === undefined) return <Unloaded query={query} />;
  return <Editor namespace={namespace} stored={query.data} />;
}
