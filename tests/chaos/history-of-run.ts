import type { Diary } from './diary.ts'
import type { AcceptedOperation, History, ServerCall } from './history.ts'
import { timesOf } from './timings.ts'

/** The server's function behind each step of the provider. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  create: 'createacct',
  'make-reseller': 'setupreseller',
  'set-acls': 'setacls',
  'set-limits': 'setresellerlimits',
  'revoke-reseller': 'unsetupreseller',
  'change-password': 'passwd',
  'change-package': 'changepackage',
  'change-domain': 'modifyacct',
  suspend: 'suspendacct',
  unsuspend: 'unsuspendacct',
  delete: 'removeacct',
}

export function functionOf(step: string): string {
  const name = FUNCTIONS[step]
  if (name === undefined) throw new Error(`which function does the step ${step} call?`)
  return name
}

/** Who bore a name at a time: the account that was made last before it. */
class Births {
  readonly #births = new Map<string, { readonly at: number; readonly identity: number }[]>()

  constructor(calls: readonly ServerCall[]) {
    for (const { server, account, function: name, identity, carried_out_at } of calls) {
      if (name !== 'createacct' || carried_out_at === null || identity === null) continue
      const key = `${server} ${account}`
      const known = this.#births.get(key) ?? []
      this.#births.set(key, [...known, { at: carried_out_at, identity }])
    }
  }

  whoWas(server: string, account: string, at: number): number | undefined {
    return this.#births
      .get(`${server} ${account}`)
      ?.filter((birth) => birth.at <= at)
      .sort((a, b) => a.at - b.at)
      .at(-1)?.identity
  }
}

/** Puts the servers' journals and the clients' diary together. Pure. */
export function historyOf(
  calls: readonly ServerCall[],
  operations: ReturnType<Diary['operations']>,
  left: Pick<History, 'locks' | 'secrets' | 'differences'>,
): History {
  const births = new Births(calls)
  return {
    calls,
    operations: operations.map((operation): AcceptedOperation => {
      const steps = operation.sights.at(-1)?.steps ?? []
      const made = new Set(
        steps.filter(({ name }) => name === 'create').map((step) => step.account),
      )
      const identities: Record<string, number> = {}
      for (const { account } of steps) {
        const meant = births.whoWas(operation.server, account, operation.asked_at)
        if (meant !== undefined && !made.has(account)) identities[account] = meant
      }
      return { ...operation, identities }
    }),
    functionOf,
    absolute: ['setacls'],
    bound: timesOf(1).timings.writes_per_server,
    ...left,
  }
}
