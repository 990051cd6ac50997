import "@fontsource-variable/inter";
import "./styles/tokens.css";
import "./styles/base.css";
import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/query-client";
import { router } from "./app/router";
import { startTheme } from "./app/theme";
import { SignIn } from "./session/SignIn";
import { sessionQuery } from "./session/session";
import { Failure } from "./ui/States";

function App() {
  const session = useQuery(sessionQuery);
  if (session.isPending) return null;
  if (session.isError)
    return <Failure error={session.error} retry={() => void session.refetch()} />;
  return session.data ? <RouterProvider router={router} /> : <SignIn />;
}

startTheme();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
