import { Page } from '../parts/page.js';
import { EmptyState } from '../parts/states.js';
import { Link } from '../routing/router.js';

/** Where an address leads nowhere. */
export function NotFoundPage() {
  return (
    <Page title="No such page">
      <EmptyState title="There is nothing at this address">
        It may be mistyped. <Link to="/fleet">Go to the fleet</Link>.
      </EmptyState>
    </Page>
  );
}
