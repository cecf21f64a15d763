// The live screen: listr2 redraws the terminal, a picture says what to draw. It neither decides nor owns Ctrl-C.
import { DefaultRenderer, Listr } from 'listr2'
import type { Clock } from '../core/clock.ts'
import type { Event, Listener } from '../core/events.ts'
import type { Paint } from './paint.ts'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

export interface Live {
  listen: Listener
  /** Draws the last picture, which stays, and gives the terminal back. */
  close(): Promise<void>
}

/** What is drawn: a run as it has become by its events. */
export interface Picture {
  follow(event: Event): void
  /** Whether it is time to draw: before that a person may be asked something on the same screen. */
  begins(event: Event): boolean
  /** Lines of at most `width` columns; `frame` is the spinner's picture. */
  text(now: number, frame: string, hint: string, paint: Paint, width: number): string
}

/** Draws a picture until closed. */
export function live(picture: Picture, clock: Clock, hint: string, paint: Paint, width: () => number): Live {
  let frame = 0
  let open = true
  let finish = (): void => undefined
  const finished = new Promise<void>((resolve) => (finish = resolve))

  /** listr2's renderer with a picture of ours: it keeps the cursor, the redrawing and the size of the terminal. */
  class Screen extends DefaultRenderer {
    override create(): string {
      frame = (frame + 1) % frames.length
      // log-update takes a tick for two columns wide and would break a full line.
      return picture.text(clock.now(), frames[frame] ?? '', open ? hint : '', paint, width() - 1)
    }
  }

  const tasks = new Listr([{ title: '', task: () => finished }], {
    renderer: Screen,
    fallbackRenderer: Screen,
    registerSignalListeners: false,
  })
  let drawn: Promise<unknown> | undefined
  return {
    listen: (event) => {
      picture.follow(event)
      if (picture.begins(event)) drawn ??= tasks.run()
    },
    close: async () => {
      open = false
      finish()
      await drawn
    },
  }
}
