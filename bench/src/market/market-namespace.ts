import { AdminApi } from '../peers/admin-api.js';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';

/** The namespace of a scenario, and the API to change it. */
export interface MarketNamespace {
  readonly api: AdminApi;
  readonly id: number;
}

/** Makes the namespace of the suite anew, without topics, and gives its user the right to publish and to subscribe. */
export async function newNamespace(address: PeerAddress, keepsLastValues: boolean): Promise<MarketNamespace> {
  const api = await AdminApi.logIn(address.admin!);
  const namespaces = await api.get<{ id: number; name: string }[]>('/api/namespaces');
  const old = namespaces.find(({ name }) => name === benchNamespace);
  if (old !== undefined) await api.delete(`/api/namespaces/${old.id}?force=true`);
  const { id } = await api.post<{ id: number }>('/api/namespaces', { name: benchNamespace });
  await api.put(`/api/namespaces/${id}`, { keep_last_value: keepsLastValues });
  const users = await api.get<{ id: number; username: string }[]>('/api/users');
  const user = users.find(({ username }) => username === benchUsername)!;
  await api.post(`/api/namespaces/${id}/permissions`, { user_id: user.id, role: 'pub' });
  return { api, id };
}
