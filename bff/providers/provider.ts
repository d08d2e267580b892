import type { ConfirmationNeeds, Danger } from '../contract/action.ts'
import type { ChoiceList, Input, InputFault, InputSchema } from '../contract/dialect.ts'
import type { ShownValue } from '../contract/operation.ts'
import type {
  Certificate,
  PasswordPolicy,
  Pin,
  TestCause,
  UsagePart,
} from '../contract/resources.ts'
import type { Role } from '../contract/scopes.ts'
import type { ServiceState } from '../contract/service.ts'
import type { Message } from '../contract/text.ts'
import type { ServerLine } from './server-line.ts'

/** Plain data that survives a trip through the database. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }

/** Where a panel is and who we are there. The token is in clear: keep it in memory only. */
export interface PanelTarget {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly token: string
  readonly pin?: Pin
}

/** Why a panel could not be asked, or what it refused. `code` is ours and stable (`error.<code>` in texts). */
export interface PanelFault {
  readonly code: string
  readonly params?: Message['params']
  /** True for failures of the way there and 5xx: these say nothing about the account. */
  readonly transport: boolean
  /** Waiting does not help: a certificate that does not fit, an answer nobody can use. */
  readonly lasting?: true
  /** The server is being left alone and tried again then; milliseconds. Nothing was sent. */
  readonly until?: number
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: PanelFault }

/** What makes an account that account and no other (DESIGN §3). */
export interface AccountIdentity {
  readonly username: string
  /** Unix seconds. */
  readonly started_at: number
  readonly uid: number | null
}

export interface AccountBrief extends AccountIdentity {
  readonly domain: string
  readonly owner: string
}

/** One account as its server tells it. Sizes in bytes; `null` in `limits` is unlimited. */
export interface AccountSnapshot extends AccountBrief {
  readonly package: string
  readonly ip: string | null
  readonly email: string | null
  readonly suspended: boolean
  readonly suspend_reason: string | null
  /** Unix seconds. */
  readonly suspended_at: number | null
  readonly locked: boolean
  /** `null`: the server may not be asked. */
  readonly reseller: boolean | null
  /** Accounts a reseller owns, itself left out; `null`: unknown; empty for others. */
  readonly owned: readonly AccountBrief[] | null
  readonly nameservers: readonly string[] | null
  readonly limits: Readonly<Record<string, number | null>>
}

/** What the configuration's token may do there. */
export interface Rights {
  readonly all: boolean
  readonly privileges: readonly string[]
}

/** Everything the pure parts of an action may look at. */
export interface Situation {
  readonly now: number
  readonly role: Role
  readonly service: {
    readonly state: ServiceState
    readonly username: string | null
    readonly domain: string | null
    readonly package: string | null
    /** Who owned the account when it was bound; `null` while unbound. */
    readonly owner: string | null
    /** The account our record is bound to; `null` while unbound. */
    readonly identity: AccountIdentity | null
  }
  /** Last known state of the account; `undefined` if it was never read. */
  readonly snapshot: AccountSnapshot | undefined
  /** The user of the configuration's token: never acted upon. */
  readonly api_user: string
  readonly rights: Rights | undefined
  /** What the last successful suspend of this service did: what unsuspend lifts. */
  readonly last_suspend:
    | {
        readonly accounts: readonly string[]
        readonly client_text: string | null
        /** What it put on the server as the reason; `null`: not known. */
        readonly reason: string | null
      }
    | undefined
}

/** Why an action cannot be taken now; text codes. */
export interface BlockingReason extends Message {
  readonly remedy?: string
  /** When it may be over; milliseconds. */
  readonly until?: number
}

export type Availability =
  | { readonly kind: 'available' }
  | { readonly kind: 'blocked'; readonly reasons: readonly BlockingReason[] }
  | { readonly kind: 'not_applicable' }

/** What an action would do, read from the server at this moment (DESIGN §4.2). */
export interface Consequences {
  readonly accounts: readonly AccountBrief[]
  readonly limits: readonly {
    key: string
    before: string | number | null
    after: string | number | null
  }[]
  readonly effects: readonly Message[]
  readonly irreversible: readonly Message[]
}

/** One changing call, before it is made. `params` are stored in clear, `secrets` sealed. */
export interface PlannedStep {
  readonly name: string
  readonly account: string
  readonly params: { readonly [key: string]: Json }
}

export interface StepContext {
  readonly now: number
  readonly step: PlannedStep & {
    /** How often it was sent: 0 in its first `before`, 1 in its first `send`. */
    readonly attempt: number
    /** Milliseconds; when it was sent first. An effect may be that of the first attempt, however late. */
    readonly sent_at: number | null
    /** What `before` returned just before it was sent first. */
    readonly before: Json
  }
  readonly secrets: Readonly<Record<string, string>>
  readonly situation: Situation
}

export type BeforeVerdict =
  | { readonly kind: 'go'; readonly before: Json }
  /** The goal of the whole action is already true: nothing is sent. */
  | { readonly kind: 'already_so' }
  /** This step has nothing to do; the operation goes on. */
  | { readonly kind: 'skip' }
  | { readonly kind: 'stop'; readonly code: string; readonly params?: Message['params'] }
  | { readonly kind: 'unavailable'; readonly fault: PanelFault }

export type SendOutcome =
  | { readonly kind: 'done'; readonly warnings: readonly Message[] }
  /** A definite no, on this attempt: nothing was changed, and no earlier attempt is what is in the way. */
  | { readonly kind: 'refused'; readonly code: string; readonly params?: Message['params'] }
  /** No byte of the call left this machine. */
  | { readonly kind: 'unsent'; readonly code: string; readonly params?: Message['params'] }
  /** It may have happened. */
  | { readonly kind: 'uncertain'; readonly code: string; readonly params?: Message['params'] }

/** One read-back. `evidence` tells two reads apart: a verdict needs two equal ones (DESIGN §6). */
export type ProofVerdict =
  | { readonly kind: 'done'; readonly evidence: string }
  | { readonly kind: 'absent'; readonly evidence: string }
  | { readonly kind: 'foreign'; readonly evidence: string; readonly code: string }
  /** Neither what it was before nor what the call would have made of it: somebody else has been at it. */
  | { readonly kind: 'changed'; readonly evidence: string }
  | { readonly kind: 'unknown'; readonly fault: PanelFault }

/** What a changing call is let go with. */
export interface Departure {
  /** Ends the waiting for its answer. */
  readonly signal: AbortSignal
  /**
   * Asked in the last moment before a byte leaves. False when this process was held up for so long that the operation may
   * be somebody else's by now: then nothing is sent, and the outcome is `unsent`.
   */
  mayLeave(): boolean
}

/** How one changing call is guarded, made and proven. */
export interface StepHandler {
  /** Text code of the step's name. */
  readonly label: string
  /** Milliseconds the call may take. */
  readonly timeout: number
  /**
   * `never`: an unknown outcome goes to attention, it is not proven by reading (passwords). `by_repeating`: nothing reads
   * it back, but the call sets everything anew, so it may be made again once the first can no longer be running.
   */
  readonly proof: 'by_reading' | 'by_repeating' | 'never'
  /** What the step's account has become when it succeeded: told to that account's own service in a cascade. */
  readonly effect?: 'suspended' | 'active' | 'deleted'
  /** On a second attempt it is asked whether things are still as they were before the first. */
  before(panel: Panel, context: StepContext): Promise<BeforeVerdict>
  send(panel: Panel, context: StepContext, departure: Departure): Promise<SendOutcome>
  prove(panel: Panel, context: StepContext): Promise<ProofVerdict>
}

/** What our record becomes when an operation has succeeded. */
export interface ServiceChange {
  readonly state?: ServiceState
  readonly bind?: AccountIdentity & { readonly domain: string; readonly owner: string }
  readonly unbind?: true
  readonly domain?: string
  readonly package?: string
  /** What a client reads about a suspension; nothing was written if missing. */
  readonly client_text?: string
  /** What stands on the server as the reason of a suspension: tells it from others' ones. */
  readonly suspend_reason?: string
}

export interface Settlement {
  readonly change: ServiceChange
  readonly result: {
    readonly show: readonly Shown[]
    readonly changed: readonly ('service' | 'fields' | 'usage')[]
  }
}

/** A value to show; `label` is a text code until it is rendered. */
export type Shown = Omit<ShownValue, 'error'> & { readonly error?: Message }

/** What an action leaves for a date, once it has done the rest now. */
export interface DatedPart {
  /** When it is due, in milliseconds. */
  readonly due_at: number
  /** What it is carried out with then; the same action, and with it nothing is left for a date again. */
  readonly input: Input
  /** Name of the action that what is done now amounts to. Clients read of that alone. */
  readonly meanwhile: string
}

interface ActionBasics {
  readonly name: string
  /** `account`, `access`, `reseller`, `danger`, `record`; text code `group.<name>`. */
  readonly group: string
  readonly order: number
  readonly highlight: boolean
  readonly danger: Danger
  readonly confirmation: ConfirmationNeeds
  /** Privileges of the panel this needs; all of them. */
  readonly needs: readonly string[]
  /** Scopes beyond `actions:<name>`, asked only when the input makes it touch other accounts or bind one. */
  readonly extra_scope?: 'accounts:cascade' | 'accounts:link'
  /** State-specific availability. Pure. Rights, configuration and running operations are judged by the engine. */
  judge(situation: Situation): Availability
  /** Text code of its name in this situation; `action.<name>.label` if missing. Pure. */
  label?(situation: Situation): string
  /** The form; `title`, `help` and `labels` are text codes until they are rendered. Pure. */
  form(situation: Situation): InputSchema
  /** Faults the dialect cannot say. Pure. */
  check?(situation: Situation, input: Input): readonly InputFault[]
}

/** Answers at once; changes nothing. */
export interface ReadAction extends ActionBasics {
  readonly kind: 'read'
  readonly result: {
    readonly open: boolean
    readonly changed: readonly ('service' | 'fields' | 'usage')[]
  }
  run(
    panel: Panel,
    situation: Situation,
    input: Input,
  ): Promise<Answer<{ show: readonly Shown[]; open?: string; warnings: readonly Message[] }>>
}

/** Becomes an operation. */
export interface ChangeAction extends ActionBasics {
  readonly kind: 'change'
  readonly result: {
    readonly open: false
    readonly changed: readonly ('service' | 'fields' | 'usage')[]
  }
  /** Whether the goal is already true by what we know. Pure. */
  alreadySo(situation: Situation, input: Input): boolean
  /** The account it binds the service to without a call of its own; locked while that is decided. Pure. */
  binds?(input: Input): string | undefined
  /** Whether this input reaches accounts other than the service's own. Pure. */
  cascades?(situation: Situation, input: Input): boolean
  preview(panel: Panel, situation: Situation, input: Input): Promise<Answer<Consequences>>
  /**
   * What this input leaves for a date; nothing if missing. The accounts that were confirmed must be suspended by then,
   * and stay as they are until the day comes. Pure.
   */
  schedule?(input: Input): DatedPart | undefined
  /** What it is counted as where a tenant's day has a cap; uncounted if missing. */
  readonly counts?: 'creates' | 'deletes'
  /** Whether asking for it cancels what is planned for the service. So does everything that can be planned itself. */
  readonly cancels_planned?: true
  /**
   * Fixes what the person left open (a username, a password nobody sees) before anything is sent.
   * Called by the runner once; what it returns is stored.
   */
  prepare?(
    panel: Panel,
    situation: Situation,
    input: Input,
    secrets: Readonly<Record<string, string>>,
  ): Promise<Answer<{ input: Input; secrets: Readonly<Record<string, string>> }>>
  /** The changing calls in their order, from prepared input. Empty for actions that touch no server. Pure. */
  plan(
    situation: Situation,
    input: Input,
    consequences: Consequences | undefined,
  ): readonly PlannedStep[]
  /** @param after the account read after the last step; `null` when it is gone or could not be read */
  settle(situation: Situation, input: Input, after: AccountSnapshot | null): Settlement
}

export type ActionDefinition = ReadAction | ChangeAction

/** What a form offers; the facts beside a name are codes until they are rendered. */
export interface OfferedChoices {
  readonly choices: readonly {
    readonly value: string
    readonly label: string
    readonly facts: readonly Message[]
    readonly disabled: boolean
  }[]
}

export interface TestOutcome {
  readonly cause: TestCause
  readonly version?: string
  readonly certificate?: Certificate
}

/** An open connection to one server with one token. Safe to share between calls; close it when done. */
export interface Panel {
  readonly target: Omit<PanelTarget, 'token'>
  test(): Promise<TestOutcome>
  rights(): Promise<Answer<Rights>>
  /** `value: null` when the server says there is no such account (or not ours). */
  account(username: string): Promise<Answer<AccountSnapshot | null>>
  /** A lighter read: the accounts whose owner this is, itself left out. */
  owned(username: string): Promise<Answer<readonly AccountBrief[]>>
  choices(list: Exclude<ChoiceList, 'password-policy'>): Promise<Answer<OfferedChoices>>
  passwordPolicy(): Promise<Answer<PasswordPolicy>>
  /** @param month `YYYY-MM`. Parts fail alone; labels are text codes. */
  usage(
    account: AccountSnapshot,
    month: string,
  ): Promise<readonly (Omit<UsagePart, 'error'> & { error?: Message })[]>
  close(): Promise<void>
}

/** An integration with one kind of control panel. A new panel is a folder with one of these. */
export interface Provider {
  readonly name: string
  readonly actions: readonly ActionDefinition[]
  /** Handlers of every step its actions plan, by name. */
  readonly steps: Readonly<Record<string, StepHandler>>
  /** Usernames never acted upon. */
  isProtected(username: string, api_user: string): boolean
  /**
   * @param line the way to this server, shared by all connections to it: every call, changing or not, must pass it. One
   *   of its own unless told
   */
  connect(target: PanelTarget, line?: ServerLine): Panel
}
