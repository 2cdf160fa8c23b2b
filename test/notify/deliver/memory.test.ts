import { noticeBody } from "../../../services/notify/formats/notice.ts";
import { MemorySink } from "../../../services/notify/deliver/memory.ts";
import { describeSink } from "../../contract/sink.ts";

let sink = new MemorySink("s");

describeSink("memory", {
  open: async () => (sink = new MemorySink("s")),
  received: async () => sink.taken.map(noticeBody),
  break: async () => {
    sink.answer = () => ({ type: "troubled", trouble: "unreachable", said: "" });
  },
  mend: async () => {
    sink.answer = () => ({ type: "taken", httpStatus: null });
  },
  close: (each) => each.close(),
});
