import { useQuery } from "@tanstack/react-query";
import { percent, seconds } from "@/ui/format";
import { Failure, Loading } from "@/ui/States";
import { BudgetPanel } from "./BudgetPanel";
import style from "./Insights.module.css";
import { budgetQuery, savingsQuery } from "./queries";
import { SavingsPanel } from "./SavingsPanel";
import { UsagePanels } from "./UsagePanels";

const DAY_MS = 86_400_000;

function today(): string {
  return new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS).toISOString();
}

export function InsightsView() {
  const savings = useQuery(savingsQuery(today()));
  const budget = useQuery(budgetQuery);
  const error = savings.error ?? budget.error;
  if (error) return <Failure error={error} retry={() => void savings.refetch()} />;
  if (!savings.data || !budget.data) return <Loading cards={4} />;
  const saved = savings.data.since_then?.gpu_seconds ?? 0;
  const spent = budget.data.everybody.spent_s;
  const both = saved + spent;
  return (
    <>
      <div className={style.hero}>
        <section className={style.figure}>
          <h2>GPU time saved</h2>
          <strong>{seconds(savings.data.total.gpu_seconds)}</strong>
          <p>since the beginning</p>
        </section>
        <section className={style.figure}>
          <h2>Saved today</h2>
          <strong>{seconds(saved)}</strong>
          <p>
            {both > 0
              ? `${percent(saved / both)} of what would have been spent`
              : "nothing was rendered"}
          </p>
        </section>
        <section className={style.figure}>
          <h2>Spent today</h2>
          <strong>{seconds(spent)}</strong>
          <p>by everybody, since midnight UTC</p>
        </section>
      </div>
      <div className={style.grid}>
        <SavingsPanel savings={savings.data.total} />
        <BudgetPanel standings={budget.data} />
      </div>
      <UsagePanels />
    </>
  );
}
