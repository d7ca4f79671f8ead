import { Gate, type Room } from '../core/index.js';

/** Pixels that may be in memory: one picture of the default limit. */
const capacity = 100e6;

/** Pictures of more pixels than this go one by one where several processes decode, and ask for room that these share. */
const large = 10e6;

const own = new Gate(capacity);
/** Other processes keep the other cores busy meanwhile. */
const oneLarge = new Gate(1);
let shared: Room | undefined;

/** Where large pictures ask for room, too: for a process that is not the only one to decode. */
export function shareRoom(room: Room): void {
  shared = room;
}

/**
 * Room for pixels in memory, for all decoders of a process: one picture of the default limit fills it; more of them take
 * turns, whatever number of assets is in flight. Large pictures take turns with those of other processes, too.
 */
export const pixelGate: Room = {
  async enter(weight) {
    const leave = await own.enter(weight);
    if (weight <= large || !shared) return leave;
    const leaveTurn = await oneLarge.enter(1);
    const leaveShared = await shared.enter(weight);
    return () => {
      leaveShared();
      leaveTurn();
      leave();
    };
  },
};
