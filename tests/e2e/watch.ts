import type { CDPSession, Page } from 'puppeteer-core'

/** One answer as the browser received it. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly headers: string
  readonly body: string
}

/** Where a browser may keep or show something. */
export type Seen =
  | 'addresses'
  | 'request headers'
  | 'answers'
  | 'answer headers'
  | 'console'
  | 'DOM'
  | 'storage'
  | 'history'

/** Answers that have no body to read. */
const BODILESS = (method: string, status: number) =>
  method === 'OPTIONS' || status === 204 || (status >= 300 && status < 400)

// The control panel's own, set when a login is opened there. That the ports of one host share cookies is a peculiarity of
// a demo on localhost.
const PANEL_COOKIE = /^(?:cpsession|whostmgrsession|webmailsession)$/

function withoutPanelCookies(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (name.toLowerCase() !== 'cookie') return [name, value]
      const own = value.split('; ').filter((pair) => !PANEL_COOKIE.test(pair.split('=')[0] ?? ''))
      return [name, own.join('; ')]
    }),
  )
}

/** Runs in the page: what it keeps for itself. */
async function keptByPage(): Promise<string> {
  const databases = await indexedDB.databases()
  const caches = 'caches' in window ? await window.caches.keys() : []
  return JSON.stringify([
    { ...localStorage },
    { ...sessionStorage },
    document.cookie,
    history.state,
    window.name,
    databases,
    caches,
  ])
}

/**
 * Notes all that passes between a browser's pages and the world, and what they hold when looked at: closed shadow
 * roots, values of fields and cookies no script reads too.
 */
export class Watch {
  readonly received: Received[] = []
  /** Live feeds that were opened. */
  streams = 0
  /** Answers with a body that could not be read. */
  readonly unread: string[] = []
  readonly #seen = new Map<Seen, string[]>()
  readonly #pages = new Map<Page, CDPSession>()
  readonly #ignored: string
  readonly #ignoredHost: string

  /** @param ignored origin of the pages that are not ours: where a login leads to */
  constructor(ignored: string) {
    this.#ignored = ignored
    this.#ignoredHost = new URL(ignored).host
  }

  /** Watches a page and every tab it opens. */
  async over(page: Page): Promise<void> {
    await this.#attach(page)
    page.browserContext().on('targetcreated', (target) => {
      target
        .page()
        .then(async (opened) => {
          if (opened !== null && !this.#pages.has(opened)) await this.#attach(opened)
        })
        // A tab that was closed before it could be watched asked for nothing more.
        .catch(() => undefined)
    })
  }

  /** Notes what the pages hold at this moment. */
  async look(): Promise<void> {
    for (const [page, cdp] of this.#pages) {
      if (page.isClosed() || page.url().startsWith(this.#ignored)) continue
      const { strings } = await cdp.send('DOMSnapshot.captureSnapshot', { computedStyles: [] })
      this.#note('DOM', strings.join('\n'))
      this.#note('storage', await page.evaluate(keptByPage))
      this.#note(
        'storage',
        JSON.stringify(
          (await page.browserContext().cookies()).filter(({ name }) => !PANEL_COOKIE.test(name)),
        ),
      )
      const { entries } = await cdp.send('Page.getNavigationHistory')
      this.#note('history', JSON.stringify(entries))
    }
  }

  /** All that was seen in a place. */
  seen(place: Seen): string {
    return (this.#seen.get(place) ?? []).join('\n')
  }

  /** The answers whose address holds a text. */
  answersOf(address: string): Received[] {
    return this.received.filter(({ url }) => url.includes(address))
  }

  #note(place: Seen, what: string): void {
    const notes = this.#seen.get(place) ?? []
    this.#seen.set(place, [...notes, what])
  }

  async #attach(page: Page): Promise<void> {
    const cdp = await page.createCDPSession()
    this.#pages.set(page, cdp)
    page.on('console', (message) => this.#note('console', message.text()))
    page.on('pageerror', (error) => this.#note('console', String(error)))
    cdp.on('Network.requestWillBeSent', ({ request, documentURL }) => {
      if (request.url.startsWith(this.#ignored)) return
      this.#note('addresses', `${request.url}${request.urlFragment ?? ''}`)
      if (!documentURL.startsWith(this.#ignored)) this.#note('addresses', documentURL)
    })
    cdp.on('Network.requestWillBeSentExtraInfo', ({ headers }) => {
      // The one header whose purpose is to carry a secret; the others, `referer` among them, must hold none.
      const { authorization: _, Authorization: __, ...rest } = headers
      if (rest.Host === this.#ignoredHost) return
      this.#note('request headers', JSON.stringify(withoutPanelCookies(rest)))
    })
    cdp.on('Fetch.requestPaused', (paused) => {
      // A page that leaves drops its requests while they are looked at.
      this.#read(cdp, paused).catch(() => undefined)
    })
    await cdp.send('Network.enable')
    await cdp.send('DOM.enable')
    await cdp.send('Fetch.enable', { patterns: [{ requestStage: 'Response' }] })
  }

  async #read(
    cdp: CDPSession,
    paused: {
      readonly requestId: string
      readonly request: { readonly method: string; readonly url: string }
      readonly responseStatusCode?: number
      readonly responseHeaders?: readonly { readonly name: string; readonly value: string }[]
    },
  ): Promise<void> {
    const { requestId, request, responseStatusCode: status = 0, responseHeaders = [] } = paused
    const { method, url } = request
    // A live feed never ends, so it cannot be read here; what it tells is asked for beside the browser.
    // One that was left before it was answered has no status.
    const isStream =
      responseHeaders.some(({ value }) => value.startsWith('text/event-stream')) ||
      (status === 0 && new URL(url).pathname.endsWith('/events'))
    try {
      if (url.startsWith(this.#ignored)) return
      const headers = JSON.stringify(responseHeaders)
      this.#note('answer headers', headers)
      if (isStream) {
        this.streams++
        return
      }
      let body = ''
      try {
        const answer = await cdp.send('Fetch.getResponseBody', { requestId })
        body = answer.base64Encoded
          ? Buffer.from(answer.body, 'base64').toString('utf8')
          : answer.body
      } catch {
        if (!BODILESS(method, status)) this.unread.push(`${method} ${url} ${status}`)
      }
      this.received.push({ method, url, status, headers, body })
      this.#note('answers', body)
    } finally {
      await cdp.send('Fetch.continueRequest', { requestId })
    }
  }
}
