import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { page, sendDenied, sendHtml, sendJson } from './answers.ts'
import { envelope, tell, textOf } from './envelope.ts'
import { deniedAsResult, type Executed, type Wanted } from './execute.ts'
import type { Fault } from './faults.ts'
import type { JournalOutcome } from './journal.ts'
import { uncaught } from './outcome.ts'
import type { WhmState } from './state.ts'

/** What came of a call, for the journal. */
export interface Played {
  readonly outcome: JournalOutcome
  readonly status: number | null
  readonly reason: string | null
}

const NO_SPACE =
  'The system failed to write to the file “/var/cpanel/cpanel.config.lock-0-0-8c6a9c” because of an error: No space left on device'

function told(executed: Executed, status: number | null): Played {
  return { outcome: executed.verdict, status, reason: executed.reason }
}

function notRun(status: number | null): Played {
  return { outcome: 'not_run', status, reason: null }
}

/** Answers a call as usual. */
export function answer(state: WhmState, response: ServerResponse, executed: Executed): Played {
  const { world } = state
  if (executed.verdict === 'denied' && world.settings.denial === 'forbidden') {
    return told(executed, sendDenied(world, response))
  }
  return told(executed, sendJson(world, response, textOf(world, executed.body)))
}

/** Answers a call with the trouble that was asked for, or not at all. */
export async function playFault(
  state: WhmState,
  response: ServerResponse,
  wanted: Wanted,
  fault: Fault,
): Promise<Played> {
  const { world } = state
  const applied = () => (fault.applied === true ? state.run(wanted) : undefined)
  const afterwards = (executed: Executed | undefined, status: number | null) =>
    executed === undefined ? notRun(status) : told(executed, status)
  switch (fault.kind) {
    case 'delay':
      await wait(fault.ms ?? 1_000, undefined, { ref: false })
      return answer(state, response, state.run(wanted))
    case 'hang':
      return notRun(null)
    case 'cut_before':
      response.destroy()
      return notRun(null)
    case 'cut_after': {
      const executed = state.run(wanted)
      response.destroy()
      return told(executed, null)
    }
    case 'cut_half_body':
      return cutHalf(state, response, state.run(wanted))
    case 'change_after_cut':
      state.later(() => state.run(wanted), fault.ms)
      response.destroy()
      return { outcome: 'pending', status: null, reason: null }
    case 'status': {
      const executed = applied()
      const status = fault.status ?? 500
      const html = page(String(status), 'The server could not answer this request.')
      return afterwards(executed, sendHtml(world, response, status, html))
    }
    case 'html_200': {
      const executed = applied()
      return afterwards(
        executed,
        sendHtml(world, response, 200, page('WHM Login', 'Please log in.')),
      )
    }
    case 'invalid_json': {
      const executed = applied()
      return afterwards(executed, sendJson(world, response, '{"data":{"acct":[{"user":"'))
    }
    case 'denied': {
      const denied = deniedAsResult(world, wanted)
      if (fault.style !== 'result_0') return told(denied, sendDenied(world, response))
      return told(denied, sendJson(world, response, textOf(world, denied.body)))
    }
    case 'disk_full': {
      applied()
      return diskFull(state, response, wanted)
    }
    case 'string_result':
      return answer(state, response, withStringResult(state.run(wanted)))
    case 'raw_script':
      return answer(state, response, withScript(state.run(wanted), wanted))
  }
}

function cutHalf(state: WhmState, response: ServerResponse, executed: Executed): Played {
  const text = Buffer.from(textOf(state.world, executed.body))
  response.writeHead(200, {
    'Content-Type': 'application/json; charset="utf-8"',
    'Content-Length': text.length,
  })
  response.write(text.subarray(0, Math.floor(text.length / 2)), () => response.destroy())
  return told(executed, 200)
}

function diskFull(state: WhmState, response: ServerResponse, wanted: Wanted): Played {
  const { world } = state
  const refusal = tell(world, uncaught(NO_SPACE))
  const body =
    wanted.version === 0
      ? { status: 0, statusmsg: refusal.reason }
      : envelope(wanted.name, refusal, wanted.params, world)
  const status = sendJson(world, response, textOf(world, body))
  return { outcome: 'refused', status, reason: refusal.reason }
}

/** A copy of an answer with another `metadata`; answers without one stay as they are. */
function withMetadata(
  executed: Executed,
  change: (metadata: Readonly<Record<string, unknown>>) => Record<string, unknown>,
): Executed {
  const { body } = executed
  if (typeof body !== 'object' || body === null || !('metadata' in body)) return executed
  const { metadata } = body
  if (typeof metadata !== 'object' || metadata === null) return executed
  return { ...executed, body: { ...body, metadata: { ...metadata, ...change({ ...metadata }) } } }
}

function withStringResult(executed: Executed): Executed {
  return withMetadata(executed, (metadata) => ({ result: String(metadata.result) }))
}

function withScript(executed: Executed, wanted: Wanted): Executed {
  const password = wanted.params.get('password') ?? wanted.params.get('pass') ?? ''
  const raw = `<script>if (self['clear_ui_status']) { clear_ui_status(); }</script>\n| PassWord: ${password}\n<img src=x onerror=alert(1)>`
  return withMetadata(executed, () => ({ output: { raw } }))
}
