import type { OrganizationStatus } from '@gatecast/api-client';
import type { ComponentChildren } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useRef } from 'preact/hooks';
import { type Resource, useResource } from '../api/use-resource.js';
import { useLive, useReloadOnChange } from './live.js';

const OrganizationContext = createContext<Resource<OrganizationStatus> | undefined>(undefined);

/** The counts come from the database; every console that is open asks for them. */
export const countsEveryMs = 5_000;

/** Reads the organization's counts every few seconds while the tab is in sight, for all pages. */
export function OrganizationProvider({ children }: { children: ComponentChildren }) {
  const resource = useResource<OrganizationStatus>((api, signal) => api.get('/organization-status', {}, signal), []);
  const { measurements } = useLive();
  const { data, reload } = resource;
  useEffect(() => {
    if (data) measurements.addConnections(Object.fromEntries(data.edges.map((edge) => [edge.edgeId, edge.connections])));
  }, [data, measurements]);
  useEffect(() => {
    const read = () => {
      if (!document.hidden) reload();
    };
    const timer = setInterval(read, countsEveryMs);
    document.addEventListener('visibilitychange', read);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', read);
    };
  }, [reload]);
  useReloadOnChange(reload, ({ kind }) => kind === 'presence');
  return <OrganizationContext.Provider value={resource}>{children}</OrganizationContext.Provider>;
}

/** Calls `reload` when one of the organization's counts has changed: of what is made and deleted no message tells. */
export function useReloadOnCount(reload: () => void, countOf: (organization: OrganizationStatus) => number): void {
  const { data } = useOrganization();
  const count = data && countOf(data);
  const known = useRef(count);
  useEffect(() => {
    if (known.current !== undefined && known.current !== count) reload();
    known.current = count;
  }, [count, reload]);
}

/** Returns the organization's counts. */
export function useOrganization(): Resource<OrganizationStatus> {
  const resource = useContext(OrganizationContext);
  if (!resource) throw new Error('There are no counts around this.');
  return resource;
}
