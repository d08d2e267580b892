import type { GetToken } from './token-source.ts'
import { VERSION } from './version.ts'

const Base: typeof HTMLElement =
  typeof HTMLElement === 'undefined'
    ? // A server renders only the tag; nothing of the class is used there.
      (class {} as unknown as typeof HTMLElement)
    : HTMLElement

/**
 * `<provision-session>`: gives the elements inside it one BFF and one token source.
 *
 * @attr bff - origin of the BFF
 * @attr token-url - address of this page's origin that answers tokens
 * @slot - the elements, and whatever else stands between them
 */
export class ProvisionSession extends Base {
  /** Version of the scripts this element came with. */
  static readonly version: string = VERSION
  static readonly observedAttributes = ['bff', 'token-url']
  #getToken: GetToken | undefined

  /** The page's own way to a token; another function later restarts nothing. */
  get getToken(): GetToken | undefined {
    return this.#getToken
  }

  set getToken(getToken: GetToken | undefined) {
    const isFirst = this.#getToken === undefined
    this.#getToken = getToken
    if (isFirst) this.#tell()
  }

  attributeChangedCallback(): void {
    this.#tell()
  }

  connectedCallback(): void {
    // A page may set the property before this class is known.
    if (!Object.hasOwn(this, 'getToken')) return
    const early = this.getToken
    Reflect.deleteProperty(this, 'getToken')
    this.getToken = early
  }

  #tell(): void {
    this.dispatchEvent(new Event('provision-session-change'))
  }
}
