import type { World } from './world.ts'

/** The parameters of a call, wherever they were in the request. Names are case-sensitive. */
export interface Params {
  /** The last value of a name. */
  get(name: string): string | undefined
  /** Every value of a repeated name, in order. */
  all(name: string): readonly string[]
  /** `name-0`, `name-1`, … in order of their numbers, after every value of the bare `name`. */
  numbered(name: string): readonly string[]
  has(name: string): boolean
  /** Every name, once, in order of first appearance. */
  names(): readonly string[]
}

/** Who calls. */
export interface Caller {
  readonly user: string
  /** `root`, or a reseller with the privilege `all`: sees every account, whatever the token may do. */
  readonly is_root: boolean
  /** What user and token together may do. `all` means everything. */
  readonly privileges: ReadonlySet<string>
  /** Name of the token; `null` for a password or a session. */
  readonly token: string | null
}

export interface Call {
  readonly params: Params
  readonly caller: Caller
  /** 0 for API 0, 1 for API 1 and later. */
  readonly version: 0 | 1
  /** Unix seconds. */
  readonly now: number
  /** Address of this server, without a slash at the end: `https://localhost:2087`. */
  readonly origin: string
  /** Names of the functions that the caller may call, sorted. */
  available(): readonly string[]
  /** Runs another function for the same caller and gives its API 1 envelope. */
  execute(world: World, name: string, params: Params): Envelope
}

/** An answer of API 1. */
export interface Envelope {
  readonly data?: unknown
  readonly metadata: Readonly<Record<string, unknown>> & { readonly result: number | string }
}

export interface Refusal {
  readonly ok: false
  /** The literal text, without a transaction id. */
  readonly reason: string
  /** How the text is thrown: `API failure: (XID …) text`, `(XID …) text`, or bare. Bare if missing. */
  readonly thrown?: 'uncaught' | 'caught'
  readonly data?: Readonly<Record<string, unknown>>
  readonly raw?: string
  /** The whole answer, outside any envelope. */
  readonly body?: Readonly<Record<string, unknown>>
}

export interface Success {
  readonly ok: true
  /** `metadata.reason`; `OK` if missing. */
  readonly reason?: string
  /** Missing: the envelope has no `data` at all. */
  readonly data?: Readonly<Record<string, unknown>>
  /** Key in `data` of the array that `api.filter`, `api.sort`, `api.chunk` and `api.columns` work on. */
  readonly list?: string
  readonly raw?: string
  readonly warnings?: readonly string[]
  readonly messages?: readonly string[]
  /** The whole answer, outside any envelope. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** What a function found or did, before it is put into an envelope. */
export type Outcome = Success | Refusal

/** An outcome on its way into API 0: its reason carries the transaction id already, and a success has one. */
export type Told = Outcome & { readonly reason: string }

/** One function of the API. */
export interface WhmFunction {
  readonly name: string
  /** Privilege the caller needs, any of several; `null`: everybody logged in; `all`: root only. */
  readonly acl: readonly string[] | null | 'all'
  /** Whether it may change the world: only then is the world written, and "cut after the change" different from "cut before". */
  readonly changes: boolean
  /** The only version of the API that knows this function; both if missing. */
  readonly only?: 0 | 1
  /** Reads and changes `world` in place; what a refused call changed is thrown away. */
  run(world: World, call: Call): Outcome
  /** The whole body of API 0. Missing: `{data…}` spread at the top, or `{status: 0, statusmsg}`, as functions without a recording are assumed to do. */
  api0?(outcome: Told, call: Call): unknown
}
