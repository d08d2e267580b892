/** A changing call as the server's own journal has it. Times are milliseconds since the epoch. */
export interface ServerCall {
  readonly server: string
  readonly function: string
  readonly account: string
  /** Which account stood under that name, or was made; `null` where there was none. */
  readonly identity: number | null
  readonly arrived_at: number
  /** `null`: it was not carried out. */
  readonly carried_out_at: number | null
  /** When nothing of it could run any more, the connection being gone or not. */
  readonly until: number
  /** Whether anything became another by it. */
  readonly changed: boolean
  /** What stood there when it was carried out, where the journal says. */
  readonly found?: string
}

/** An operation as an answer of the BFF showed it. */
export interface Sight {
  /** When the request was made that was answered so, and when the answer was there. */
  readonly asked_at: number
  readonly seen_at: number
  readonly state: string
  /** Code of the error shown, if one was. */
  readonly error?: string
  readonly steps: readonly {
    readonly name: string
    readonly account: string
    readonly state: string
  }[]
}

/** An operation that a client was told to be accepted, with everything clients saw of it. */
export interface AcceptedOperation {
  readonly id: string
  /** The idempotency key it was asked for with: one gesture of a person. */
  readonly key: string
  readonly server: string
  readonly service: string
  readonly action: string
  /** When it was asked for: not before the first request was sent, nor before it was accepted as shown. */
  readonly asked_at: number
  /** When the client held the answer that said it was accepted. */
  readonly accepted_at: number
  /** Which accounts were meant, by name; accounts that were still to be made are missing. */
  readonly identities: Readonly<Record<string, number>>
  /** What stood there when it was asked for, by account; missing where it was not looked at. */
  readonly images?: Readonly<Record<string, string>>
  /** In order of time; the first is the acceptance. */
  readonly sights: readonly Sight[]
}

/** All that is known of a run once it is over: nothing of it comes from our own record of what happened. */
export interface History {
  readonly calls: readonly ServerCall[]
  readonly operations: readonly AcceptedOperation[]
  /** The server's function that a step of this name calls. */
  functionOf(step: string): string
  /** Functions that set something absolutely, so that once more changes nothing and is allowed. */
  readonly absolute: readonly string[]
  /** Writes in flight per server. */
  readonly bound: number
  /** Account locks still held at the end, each named. */
  readonly locks: readonly string[]
  /** Places where a secret was found that should be gone, each named. */
  readonly secrets: readonly string[]
  /** What the server is at the end beside what was asked for and confirmed, each named. */
  readonly differences: readonly string[]
}
