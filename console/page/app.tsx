import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Now } from "../protocol/now.ts";
import { DiscardView } from "./change/discard.tsx";
import { EditView } from "./change/edit.tsx";
import { ReplayView } from "./change/replay.tsx";
import { ResolveView } from "./change/resolve.tsx";
import { Header } from "./frame/header.tsx";
import { Help } from "./frame/help.tsx";
import { StatusBar } from "./frame/status-bar.tsx";
import { LetterView } from "./letters/letter.tsx";
import { LettersView } from "./letters/letters.tsx";
import { Overview } from "./overview/overview.tsx";
import { Failure } from "./parts/notice.tsx";
import { RunView } from "./runs/run.tsx";
import { isFinal } from "./runs/run-texts.ts";
import { RunsView } from "./runs/runs.tsx";
import { go, route } from "./state/address.ts";
import { call } from "./state/api.ts";
import { useKeys } from "./state/keys.ts";
import { useLoad } from "./state/load.ts";
import { type Route, routeTo } from "./state/route.ts";
import { now, session } from "./state/session.ts";
import { TraceView } from "./trace/trace.tsx";

const nowEveryMs = { still: 4000, busy: 1000 };

export function App() {
  /** Which opening of the help is shown; 0 is none. The browser reports late that one was closed: a new one may be open by then. */
  const help = useSignal(0);
  const helps = useRef(0);
  const openHelp = () => {
    help.value = ++helps.current;
  };
  const closeHelp = (opening: number) => {
    if (help.peek() === opening) help.value = 0;
  };
  const loadedSession = useLoad("session", (signal) => call("GET /api/session", {}, signal));
  const loadedNow = useLoad(
    "now",
    (signal) => call("GET /api/now", {}, signal),
    isBusy(now.value) ? nowEveryMs.busy : nowEveryMs.still,
  );
  const { value: info, failure } = loadedSession.state.value;
  useEffect(() => {
    session.value = info;
  }, [info]);
  const { value: present } = loadedNow.state.value;
  useEffect(() => {
    if (present) now.value = present;
  }, [present]);

  useKeys([
    { key: "g o", text: "Overview", run: () => go(routeTo("overview")) },
    { key: "g d", text: "Dead letters", run: () => go(routeTo("letters")) },
    { key: "g r", text: "Runs", run: () => go(routeTo("runs")) },
    { key: "g t", text: "Trace", run: () => go(routeTo("trace")) },
    {
      key: "/",
      text: "Search for an intent or a contact",
      run: () => document.getElementById("search")?.focus(),
    },
    {
      key: "?",
      text: "Show the keys",
      run: openHelp,
    },
  ]);

  const { view, id } = route.value;
  const title = titleOf(route.value);
  useEffect(() => {
    document.title = `${title} · ${info?.stack ?? "contact-transfer"}`;
  }, [title, info?.stack]);

  // A new view begins at its top, and what is read aloud or reached by Tab begins there too: before the browser shows it, because
  // later somebody may be typing elsewhere.
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (!isFirst.current) document.getElementById("main")?.focus();
    isFirst.current = false;
    scrollTo(0, 0);
  }, [view, id]);

  return (
    <>
      <button type="button" class="skip-link" onClick={() => document.getElementById("main")?.focus()}>
        Skip to the content
      </button>
      <Header onHelp={openHelp} />
      <StatusBar />
      <main id="main" tabIndex={-1} class={`view-${view}`} key={`${view}/${id ?? ""}`}>
        {failure && !info ? <Failure failure={failure} /> : <View route={route.value} />}
      </main>
      {help.value > 0 && <Help key={help.value} onClose={closeHelp.bind(undefined, help.value)} />}
    </>
  );
}

/** Whether the console works on the queue. */
function isBusy(present: Now | undefined): boolean {
  const { reading, run } = present ?? {};
  return reading?.state === "reading" || (run !== undefined && !isFinal(run.state));
}

function View({ route: { view, id } }: { readonly route: Route }) {
  switch (view) {
    case "overview":
      return <Overview />;
    case "letters":
      return <LettersView />;
    case "letter":
      return <LetterView id={id ?? ""} />;
    case "edit":
      return <EditView />;
    case "replay":
      return <ReplayView />;
    case "discard":
      return <DiscardView />;
    case "resolve":
      return <ResolveView />;
    case "runs":
      return id === undefined ? <RunsView /> : <RunView id={id} />;
    case "trace":
      return <TraceView id={id} />;
  }
}

function titleOf({ view, id }: Route): string {
  switch (view) {
    case "overview":
      return "Overview";
    case "letters":
      return "Dead letters";
    case "letter":
      return `Dead letter ${id?.slice(0, 8)}`;
    case "edit":
      return "Edit";
    case "replay":
      return "Replay";
    case "discard":
      return "Discard";
    case "resolve":
      return "Resolve";
    case "runs":
      return id === undefined ? "Runs" : `Run ${id.slice(0, 8)}`;
    case "trace":
      return id === undefined ? "Trace" : `Trace ${id.slice(0, 40)}`;
  }
}
