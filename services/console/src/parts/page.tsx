import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Resource } from '../api/use-resource.js';
import { Link, useRouter } from '../routing/router.js';
import { Icon } from './icons.js';
import { Loaded } from './states.js';

interface PageProps {
  readonly title: string;
  /** Where it belongs. */
  readonly parent?: { readonly name: string; readonly to: string };
  readonly subtitle?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of every page: its heading gets the focus when the page is gone to, so that a screen reader says where one is. */
export function Page({ title, parent, subtitle, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { address } = useRouter();
  const place = address.parts.join('/');
  const first = useRef(true);
  useEffect(() => {
    document.title = `${title} · Gatecast`;
  }, [title]);
  // A new place is a new page.
  useEffect(() => {
    if (!first.current || history.state !== null || document.activeElement === document.body)
      heading.current?.focus({ preventScroll: true });
    first.current = false;
  }, [place]);
  return (
    <main class="page" id="content">
      <header class="page-head">
        <div>
          {parent && (
            <Link class="crumb" to={parent.to}>
              <Icon name="back" /> {parent.name}
            </Link>
          )}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {subtitle && <div class="page-subtitle muted">{subtitle}</div>}
        </div>
        {actions && <div class="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

interface UnreadPageProps extends Pick<PageProps, 'title' | 'parent'> {
  readonly resource: Resource<unknown>;
}

/** The page of one thing that was not read yet: its name, and what keeps it. */
export function UnreadPage({ title, parent, resource: { error, reload } }: UnreadPageProps) {
  return (
    <Page title={title} {...(parent && { parent })}>
      <Loaded data={undefined} error={error} reload={reload} bones={8}>
        {() => null}
      </Loaded>
    </Page>
  );
}
