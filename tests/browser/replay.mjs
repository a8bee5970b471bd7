// Plays the pinned runs in WebAssembly and compares the last numbers bit for bit: node replay.mjs FILE.wasm
import { readFile } from "node:fs/promises";

// Clocks are imported from a page; no run may ask for one.
const refuse = () => { throw new Error("a run asked the host for something"); };
const anything = (value) => new Proxy({}, { get: () => value });
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), anything(anything(refuse)));
const { runs_count, numbers_count, pinned, played } = instance.exports;

const hex = (bits) => `0x${BigInt.asUintN(64, bits).toString(16)}`;
let compared = 0;
let different = 0;
for (let run = 0; run < runs_count(); run++) {
    for (let number = 0; number < numbers_count(run); number++) {
        const [wanted, found] = [pinned(run, number), played(run, number)];
        compared++;
        if (wanted !== found) {
            different++;
            console.log(`run ${run}, number ${number}: ${hex(found)} in place of ${hex(wanted)}`);
        }
    }
}
console.log(`${compared} numbers of ${runs_count()} runs compared, ${different} different`);
process.exitCode = compared > 0 && different === 0 ? 0 : 1;
