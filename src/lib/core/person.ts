// Who is at work: for people who find a lock, a release or a drill and want to ask.
import { userInfo } from 'node:os'

/** `$USER`, which containers and schedulers leave out, else what the system calls whoever runs dr. */
export function person(): string {
  const { USER } = process.env
  if (USER) return USER
  try {
    return userInfo().username
  } catch {
    // Containers run under ids that no user has.
    return 'somebody'
  }
}
