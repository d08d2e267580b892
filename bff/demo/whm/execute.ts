import { isDeepStrictEqual } from 'node:util'
import { answerOfApi0, envelope, tell } from './envelope.ts'
import type { Call, Caller, Envelope, Outcome, Params, WhmFunction } from './function.ts'
import { refused } from './outcome.ts'
import { may } from './privileges.ts'
import type { World } from './world.ts'

/** The functions of a server by name. */
export type Functions = ReadonlyMap<string, WhmFunction>

/** A call as it came in, before it is known whether there is such a function. */
export interface Wanted {
  readonly name: string
  readonly params: Params
  readonly caller: Caller
  readonly version: 0 | 1
  readonly now: number
  readonly origin: string
}

export type Verdict = 'succeeded' | 'refused' | 'denied' | 'unknown_function'

export interface Executed {
  readonly verdict: Verdict
  readonly reason: string
  readonly body: unknown
  /** A function that may change the world succeeded. */
  readonly carried_out: boolean
  /** Whether the world is another one now. */
  readonly changed: boolean
}

/** Runs a call. The world changes only when the function succeeded. */
export function execute(functions: Functions, world: World, wanted: Wanted): Executed {
  const known = functions.get(wanted.name)
  if (known === undefined || (known.only !== undefined && known.only !== wanted.version)) {
    return unknownFunction(world, wanted)
  }
  if (!may(wanted.caller, known)) return deniedAsResult(world, wanted)
  const call = callOf(functions, wanted)
  const { outcome, changed } = attempt(known, world, call)
  const told = tell(world, outcome)
  const body =
    told.body ??
    (wanted.version === 0
      ? answerOfApi0(known, told, call)
      : envelope(known.name, told, wanted.params, world))
  return {
    verdict: told.ok ? 'succeeded' : 'refused',
    reason: told.reason,
    body,
    carried_out: known.changes && told.ok,
    changed,
  }
}

interface Attempt {
  readonly outcome: Outcome
  readonly changed: boolean
}

function attempt(known: WhmFunction, world: World, call: Call): Attempt {
  if (!known.changes) return { outcome: known.run(world, call), changed: false }
  const draft = structuredClone(world)
  const outcome = known.run(draft, call)
  if (!outcome.ok) return { outcome, changed: false }
  const changed = !isDeepStrictEqual(world, draft)
  Object.assign(world, draft)
  return { outcome, changed }
}

function callOf(functions: Functions, wanted: Wanted): Call {
  return {
    params: wanted.params,
    caller: wanted.caller,
    version: wanted.version,
    now: wanted.now,
    origin: wanted.origin,
    available: () => availableTo(functions, wanted.caller),
    execute: (world, name, params) => innerEnvelope(functions, world, { ...wanted, name, params }),
  }
}

function innerEnvelope(functions: Functions, world: World, wanted: Wanted): Envelope {
  const { body } = execute(functions, world, { ...wanted, version: 1 })
  if (isEnvelope(body)) return body
  return { data: body, metadata: { command: wanted.name, reason: 'OK', result: 1, version: 1 } }
}

function isEnvelope(body: unknown): body is Envelope {
  return typeof body === 'object' && body !== null && 'metadata' in body
}

function availableTo(functions: Functions, caller: Caller): string[] {
  return [...functions.values()]
    .filter((each) => each.only !== 0 && may(caller, each))
    .map((each) => each.name)
    .sort()
}

function unknownFunction(world: World, wanted: Wanted): Executed {
  const told = tell(
    world,
    refused(`Unknown app (“${wanted.name}”) requested for this version (1) of the API.`),
  )
  const body =
    wanted.version === 0
      ? { error: `Unknown App Requested: ${wanted.name}` }
      : envelope(wanted.name, told, wanted.params, world)
  return {
    verdict: 'unknown_function',
    reason: told.reason,
    body,
    carried_out: false,
    changed: false,
  }
}

/** The answer to a call without the privilege where it is not the HTTP 403. */
export function deniedAsResult(world: World, wanted: Wanted): Executed {
  const told = tell(world, refused(world.settings.denial_text))
  const body =
    wanted.version === 0
      ? { status: 0, statusmsg: told.reason }
      : envelope(wanted.name, told, wanted.params, world)
  return { verdict: 'denied', reason: told.reason, body, carried_out: false, changed: false }
}
