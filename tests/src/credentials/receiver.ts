/**
 * A gateway's store as the contract describes it, with all of its checks (gateway protocol 1.6), at their strictest: plans that
 * subscriptions refer to can't be removed, a subscription that is there is not created again, one that is not there is not updated.
 */
export class Receiver {
  readonly artifacts = new Map<string, 'DEPLOYED' | 'UNDEPLOYED'>();
  /** By artifact and name. */
  readonly keys = new Map<string, { id: string; hash: string; updatedAt: string }>();
  readonly plans = new Map<string, string>();
  readonly subscriptions = new Map<string, { artifact: string; token: string; plan: string | undefined; status: string }>();
  readonly applications = new Map<string, Set<string>>();

  // biome-ignore lint/suspicious/noExplicitAny: payloads as they are on the wire.
  handle(type: string, payload: any): void {
    const [family = '', verb = ''] = type.split('.', 2);
    const artifactId: string = payload.apiId ?? payload.providerId ?? payload.proxyId;
    const keyName = `${artifactId} ${payload.name ?? payload.keyName}`;
    const { subscriptionId, subscriptionPlanId: plan, subscriptionToken: token, status } = payload;
    switch (family) {
      case 'apikey': {
        if (verb === 'revoked') this.#removeKey(keyName);
        else if (this.artifacts.has(artifactId)) {
          const held = this.keys.get(keyName);
          if (held && held.updatedAt >= payload.updatedAt) return;
          const id = payload.uuid ?? held?.id ?? `made up for ${keyName}`;
          this.keys.set(keyName, { id, hash: payload.apiKeyHashes, updatedAt: payload.updatedAt });
        }
        return;
      }
      case 'subscriptionPlan': {
        const isUsed = [...this.subscriptions.values()].some((subscription) => subscription.plan === payload.planId);
        if (verb !== 'deleted') this.plans.set(payload.planId, payload.planName);
        else if (!isUsed) this.plans.delete(payload.planId);
        return;
      }
      case 'subscription': {
        const isHeld = this.subscriptions.has(subscriptionId);
        if (verb === 'deleted') this.subscriptions.delete(subscriptionId);
        else if (isHeld === (verb === 'updated') && (plan === undefined || this.plans.has(plan)))
          this.subscriptions.set(subscriptionId, { artifact: artifactId, token, plan, status });
        return;
      }
      case 'application': {
        const known = new Set([...this.keys.values()].map(({ id }) => id));
        const mapped = payload.mappings.map(({ apiKeyUuid }: { apiKeyUuid: string }) => apiKeyUuid);
        this.applications.set(payload.applicationUuid, new Set(mapped.filter((id: string) => known.has(id))));
        return;
      }
      default: {
        if (verb === 'deployed') this.artifacts.set(artifactId, 'DEPLOYED');
        else if (verb === 'undeployed') {
          if (this.artifacts.has(artifactId)) this.artifacts.set(artifactId, 'UNDEPLOYED');
        } else this.#removeArtifact(artifactId);
      }
    }
  }

  /** What its callers can tell: what is deployed, who may use it with what, and that nothing is left of what is gone. */
  get served(): unknown {
    const deployed = [...this.artifacts].filter(([, state]) => state === 'DEPLOYED').map(([id]) => id);
    const isDeployed = (artifact: string) => deployed.includes(artifact);
    const keys = [...this.keys].filter(([name]) => isDeployed(name.split(' ', 1)[0] ?? ''));
    const keyIds = new Set(keys.map(([, { id }]) => id));
    return {
      artifacts: deployed.toSorted(),
      keys: Object.fromEntries(keys.toSorted()),
      plans: Object.fromEntries([...this.plans].toSorted()),
      subscriptions: Object.fromEntries([...this.subscriptions].filter(([, { artifact }]) => isDeployed(artifact)).toSorted()),
      applications: Object.fromEntries(
        [...this.applications]
          .map(([id, mapped]) => [id, [...mapped].filter((key) => keyIds.has(key)).toSorted()] as const)
          .filter(([, mapped]) => mapped.length > 0)
          .toSorted(),
      ),
    };
  }

  /** The keys and subscriptions that are held of other artifacts than these. */
  leftBeside(artifacts: ReadonlySet<string>): string[] {
    return [
      ...[...this.keys.keys()].filter((name) => !artifacts.has(name.split(' ', 1)[0] ?? '')),
      ...[...this.subscriptions].filter(([, { artifact }]) => !artifacts.has(artifact)).map(([id]) => id),
    ];
  }

  #removeKey(name: string): void {
    const id = this.keys.get(name)?.id;
    this.keys.delete(name);
    for (const mapped of this.applications.values()) mapped.delete(id ?? '');
  }

  #removeArtifact(id: string): void {
    this.artifacts.delete(id);
    for (const name of this.keys.keys()) if (name.startsWith(`${id} `)) this.#removeKey(name);
    for (const [subscription, { artifact }] of this.subscriptions) if (artifact === id) this.subscriptions.delete(subscription);
  }
}
