import type { Refusal, Success, Told } from './function.ts'

/** A success; without parts it is an envelope without `data` that says `OK`. */
export function done(parts: Omit<Success, 'ok'> = {}): Success {
  return { ok: true, ...parts }
}

/** A refusal whose text arrives as it is. */
export function refused(reason: string): Refusal {
  return { ok: false, reason }
}

/** A refusal that was thrown and caught: `(XID abc123) text`. */
export function caught(reason: string): Refusal {
  return { ok: false, reason, thrown: 'caught' }
}

/** A refusal that nobody caught: `API failure: (XID abc123) text`. */
export function uncaught(reason: string): Refusal {
  return { ok: false, reason, thrown: 'uncaught' }
}

/** A parameter without which the function does nothing. No recording shows the text. */
export function missing(name: string): Refusal {
  return uncaught(`Provide the “${name}” parameter.`)
}

/** API 0's `{"result":[{status, statusmsg}]}`. */
export function resultList(told: Told, more: Readonly<Record<string, unknown>> = {}): unknown {
  return { result: [{ status: told.ok ? 1 : 0, statusmsg: told.reason, ...more }] }
}

/** The same with the log beside it: `rawout` is `null` on failure. */
export function resultWithLog(told: Told): unknown {
  return resultList(told, { rawout: told.ok ? (told.raw ?? '') : null })
}

/** The same with the log where the sentence should be, script and all, as suspending does it. */
export function resultAsLog(told: Told): unknown {
  if (!told.ok) return resultList(told)
  const script = "<script>if (self['clear_ui_status']) { clear_ui_status(); }</script>\n"
  return { result: [{ status: 1, statusmsg: `${script}${told.raw ?? ''}` }] }
}
