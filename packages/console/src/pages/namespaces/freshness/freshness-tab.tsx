import type { ApiNamespace, Freshness } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../../api/request.js';
import { FormFrame } from '../../../parts/form-frame.js';
import { Unloaded } from '../../../parts/unloaded.js';
import { CalendarsEditor } from './calendars-editor.js';
import { draftOf, freshnessOf } from './freshness-draft.js';
import { Preview } from './preview.js';
import { RulesEditor } from './rules-editor.js';

function Editor({ namespace, stored }: { readonly namespace: ApiNamespace; readonly stored: Freshness }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => draftOf(stored));
  const [saved, setSaved] = useState(stored);
  const freshness = useMemo(() => freshnessOf(draft), [draft]);
  const isSame = JSON.stringify(freshness) === JSON.stringify(saved);
  const save = async (): Promise<void> => {
    const path = `/api/namespaces/${namespace.id}/freshness`;
    setSaved(await ask<Freshness>(path, { method: 'PUT', body: freshness }));
    await queries.invalidateQueries({ queryKey: ['freshness', namespace.id] });
  };
  return (
    <FormFrame action={t('actions.save')} onSubmit={save} isDisabled={freshness === undefined || isSame}>
      <RulesEditor draft={draft} onChange={setDraft} />
      <CalendarsEditor draft={draft} hint={t('freshness.calendarsHint')} onChange={setDraft} />
      <Preview namespaceId={namespace.id} freshness={freshness} />
    </FormFrame>
  );
}

/** The freshness rules and the calendars of a namespace, with what they would say now. */
export function FreshnessTab({ namespace }: { readonly namespace: ApiNamespace }) {
  const query = useQuery({
    queryKey: ['freshness', namespace.id],
    queryFn: ({ signal }) => ask<Freshness>(`/api/namespaces/${namespace.id}/freshness`, { signal }),
    // A newer answer must not replace what the viewer is typing; the form starts from the first one.
    gcTime: 0,
  });
  if (query.data === undefined) return <Unloaded query={query} />;
  return <Editor namespace={namespace} stored={query.data} />;
}
