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
}

/** Who calls. */
export interface Caller {
  readonly user: string
  /** `root`, or a reseller with the privilege `all`. */
  readonly is_root: boolean
  /** What user and token together may do. `all` means everything. */
  readonly privileges: ReadonlySet<string>
  /** Name of the token; `null` for a password. */
  readonly token: string | null
}

export interface Call {
  readonly params: Params
  readonly caller: Caller
  /** 0 for API 0, 1 for API 1 and later. */
  readonly version: 0 | 1
  /** Unix seconds. */
  readonly now: number
  /** Address the caller reached, without a slash at the end: `https://localhost:2087`. */
  readonly origin: string
}

/** What a function found or did, before it is put into an envelope. */
export type Outcome =
  | {
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
    }
  | {
      readonly ok: false
      /** The literal text, without a transaction id. */
      readonly reason: string
      /** How the text is thrown: `API failure: (XID …) text`, `(XID …) text`, or bare. Bare if missing. */
      readonly thrown?: 'uncaught' | 'caught'
      readonly data?: Readonly<Record<string, unknown>>
      readonly raw?: string
    }

/** One function of the API. */
export interface WhmFunction {
  readonly name: string
  /** Privilege the caller needs, any of several; `null`: everybody logged in; `all`: root only. */
  readonly acl: readonly string[] | null | 'all'
  /** Whether it may change the world: only then is the world written, and "cut after the change" different from "cut before". */
  readonly changes: boolean
  /** Reads and changes `world` in place; a refused call leaves it as it was. */
  run(world: World, call: Call): Outcome
  /** The whole body of API 0. Missing: `{data…}` spread at the top, as most functions without a recording are assumed to do. */
  api0?(outcome: Outcome, call: Call): unknown
}
