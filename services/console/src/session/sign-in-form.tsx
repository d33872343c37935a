import { useId, useState } from 'preact/hooks';
import { ApiError } from '../api/client.js';
import { type Session, signIn } from './session.js';

interface SignInFormProps {
  /** What is known already; a user that is given can't be changed. */
  readonly username?: string;
  readonly organization: string;
  readonly onSignedIn: (session: Session) => void;
}

/** Asks for name and password. A renewal of a session that is over knows its user. */
export function SignInForm({ username: known, organization: given, onSignedIn }: SignInFormProps) {
  const [username, setUsername] = useState(known ?? '');
  const [password, setPassword] = useState('');
  const [organization, setOrganization] = useState(given);
  const [failure, setFailure] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure('');
    try {
      onSignedIn(await signIn({ username, password, organization: organization.trim() }));
    } catch (error) {
      setFailure(error instanceof ApiError ? error.message : String(error));
      setPassword('');
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="stack" onSubmit={submit}>
      <label class="field">
        <span>User name</span>
        <input
          name="username"
          autocomplete="username"
          autocapitalize="off"
          spellcheck={false}
          required
          readOnly={known !== undefined}
          value={username}
          onInput={(event) => setUsername(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Password</span>
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby={failure ? `${id}-failure` : undefined}
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      {known === undefined && (
        <label class="field">
          <span>
            Organization <em>optional</em>
          </span>
          <input
            name="organization"
            autocapitalize="off"
            spellcheck={false}
            placeholder="the first that you joined"
            value={organization}
            onInput={(event) => setOrganization(event.currentTarget.value)}
          />
        </label>
      )}
      <p class="form-failure" role="alert" id={`${id}-failure`}>
        {failure}
      </p>
      <button class="button is-primary is-wide" type="submit" disabled={isBusy}>
        {isBusy ? 'Signing in …' : 'Sign in'}
      </button>
    </form>
  );
}
