import { useQuery } from '@tanstack/react-query';
import { lazy } from 'react';
import { Navigate } from 'react-router';
import { meQuery } from '../api/lists.js';

const Dashboard = lazy(async () => ({ default: (await import('../pages/dashboard/dashboard.js')).Dashboard }));

/** The first screen: the dashboard, or for who may only grant roles the page where that is done. */
export function Home() {
  const { data } = useQuery(meQuery);
  return data?.is_administrator === false ? <Navigate to="/permissions" replace /> : <Dashboard />;
}
