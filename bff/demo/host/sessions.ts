import { randomBytes } from 'node:crypto'
import type { Clock } from '../../contract/clock.ts'

/** What a token of the demo says of the login behind it. */
export interface Login {
  /** Seconds since the epoch. */
  readonly auth_time: number
  readonly acr: 'urn:fernhill:session' | 'urn:fernhill:pin'
}

/** What everybody types who is asked who they are: it is a demo, and its page says so. */
export const DEMO_PIN = '2468'

/**
 * The company's own sessions: when, and how, each person last proved who they are. A host keeps this beside its login
 * and puts it into every token it signs from then on. Here it is in memory: after a restart nobody is known to have.
 */
export class Sessions {
  readonly #clock: Clock
  readonly #logins = new Map<string, Login>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A new session, as if somebody had signed in. @returns its id */
  begin(): string {
    const id = randomBytes(16).toString('base64url')
    this.#logins.set(id, this.#now('urn:fernhill:session'))
    return id
  }

  loginOf(id: string | undefined): Login | undefined {
    return id === undefined ? undefined : this.#logins.get(id)
  }

  /** The person has proved anew who they are. */
  confirm(id: string): void {
    this.#logins.set(id, this.#now('urn:fernhill:pin'))
  }

  end(id: string | undefined): void {
    if (id !== undefined) this.#logins.delete(id)
  }

  /** A login of this moment. */
  now(): Login {
    return this.#now('urn:fernhill:pin')
  }

  #now(acr: Login['acr']): Login {
    return { auth_time: Math.floor(this.#clock.now() / 1000), acr }
  }
}

/** What the BFF asked for through the element: the host looks whether its session does, before it asks a person. */
export interface Wanted {
  readonly max_age?: number | undefined
  readonly acr_values?: string | undefined
}

/** Whether a login does for what is wanted. Pure. @param now seconds */
export function does(login: Login | undefined, wanted: Wanted, now: number): boolean {
  const { max_age, acr_values } = wanted
  if (login === undefined) return false
  if (max_age !== undefined && now - login.auth_time > max_age) return false
  return acr_values === undefined || acr_values.split(' ').includes(login.acr)
}
