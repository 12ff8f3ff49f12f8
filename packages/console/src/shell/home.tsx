import { useQuery } from '@tanstack/react-query';
import { lazy } from 'react';
import { Navigate } from 'react-router';
import { meQuery } from '../api/lists.js';

const Dashboard = lazy(async () => ({ default: (await import('../pages/dashboard/dashboard.js')).Dashboard }));

/** The first page: the dashboard, or the permissions for a viewer who may only grant roles. */
export function Home() {
  const { data } = useQuery(meQuery);
  return data?.is_administrator === false ? <Navigate to="/permissions" replace /> : <Dashboard />;
}
