import type { HTTPRequest, Page } from 'puppeteer-core'

const LOOK_EVERY = 20

/** Knows what a page is still fetching. The live feed is no fetching: it never ends while it is of use. */
export class Stillness {
  readonly #under = new Set<HTTPRequest>()
  #since = Date.now()

  constructor(page: Page) {
    page.on('request', (request) => {
      if (!new URL(request.url()).pathname.endsWith('/events')) this.#under.add(request)
    })
    for (const end of ['requestfinished', 'requestfailed'] as const)
      page.on(end, (request) => {
        if (this.#under.delete(request)) this.#since = Date.now()
      })
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) this.#under.clear()
    })
  }

  /**
   * Waits until nothing has been under way for a while.
   *
   * @param patience milliseconds after which a page that never rests is left as it is
   * @returns whether it rests
   */
  async comes(idle: number, patience: number): Promise<boolean> {
    const end = Date.now() + patience
    const from = Date.now()
    for (;;) {
      const still = this.#under.size === 0 && Date.now() - Math.max(this.#since, from) >= idle
      if (still) return true
      if (Date.now() > end) return false
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY))
    }
  }
}
