import { cpanelProvider } from '../../../bff/providers/cpanel/cpanel-provider.ts'
import type {
  AccountSnapshot,
  Answer,
  ChangeAction,
  Departure,
  ReadAction,
  Situation,
  StepContext,
  StepHandler,
} from '../../../bff/providers/provider.ts'
import { account } from '../panel-in-memory.ts'

export const NOW = Date.UTC(2026, 10, 25, 12)

/** A service bound to bob's account, as its server told it last. */
export function situationOf(
  more: {
    service?: Partial<Situation['service']>
    snapshot?: Partial<AccountSnapshot> | null
  } & Partial<Omit<Situation, 'service' | 'snapshot'>> = {},
): Situation {
  const { service, snapshot, ...rest } = more
  return {
    now: NOW,
    role: 'staff',
    service: {
      state: 'active',
      username: 'bob',
      domain: 'bob.example',
      package: 'small',
      owner: 'root',
      identity: { username: 'bob', started_at: 1_700_000_000, uid: 1001 },
      ...service,
    },
    snapshot: snapshot === null ? undefined : account('bob', snapshot),
    api_user: 'root',
    rights: { all: true, privileges: ['all'] },
    last_suspend: undefined,
    ...rest,
  }
}

/** A service somebody ordered, without an account. */
export function orderedSituation(more: Partial<Situation['service']> = {}): Situation {
  return situationOf({
    service: {
      state: 'unprovisioned',
      username: null,
      identity: null,
      owner: null,
      domain: 'new-shop.example',
      ...more,
    },
    snapshot: null,
  })
}

export function change(name: string): ChangeAction {
  const action = cpanelProvider.actions.find((one) => one.name === name)
  if (action?.kind !== 'change') throw new Error(`${name} changes nothing`)
  return action
}

export function read(name: string): ReadAction {
  const action = cpanelProvider.actions.find((one) => one.name === name)
  if (action?.kind !== 'read') throw new Error(`${name} is no read`)
  return action
}

export function step(name: string): StepHandler {
  const handler = cpanelProvider.steps[name]
  if (handler === undefined) throw new Error(`no step ${name}`)
  return handler
}

/** The context of a step planned for bob. */
export function contextOf(
  name: string,
  params: StepContext['step']['params'] = {},
  more: Partial<StepContext['step']> & { secrets?: Record<string, string> } = {},
  situation = situationOf(),
): StepContext {
  const { secrets = {}, ...rest } = more
  return {
    now: NOW,
    step: {
      name,
      account: 'bob',
      params: { expect: { started_at: 1_700_000_000, uid: 1001 }, alone: true, ...params },
      attempt: 0,
      sent_at: null,
      before: null,
      ...rest,
    },
    secrets,
    situation,
  }
}

/** What an answer gave, or the code of its fault. */
export function told<T>(answer: Answer<T>): T | string {
  return answer.ok ? answer.value : answer.fault.code
}

/** A departure with all the time there is. */
export const AT_LEISURE: Departure = {
  signal: new AbortController().signal,
  mayLeave: () => true,
}
