import { useQuery } from "@tanstack/react-query";
import { sentence } from "@/api/problem";
import list from "@/ui/catalogue.module.css";
import { about, counted, percent, seconds } from "@/ui/format";
import { quote } from "./actions";

interface CostProps {
  sceneId: number;
  upTo?: number;
  from?: number;
}

/** What going on with a scene costs, before it is paid. */
export function Cost({ sceneId, upTo, from }: CostProps) {
  const { data, error } = useQuery({
    queryKey: ["estimates", sceneId, upTo, from],
    queryFn: () => quote(sceneId, { upTo, from }),
    staleTime: 0,
    retry: false,
  });
  if (error) {
    return (
      <p className={list.note} data-tone="warn">
        {sentence(error)}
      </p>
    );
  }
  if (!data) return <p className={list.note}>The cost is estimated…</p>;
  const { gpu_seconds: gpu, renders } = data;
  return (
    <div className={list.note} data-tone={data.is_within_budget ? undefined : "fail"}>
      <p>
        <strong>
          {renders ? `${counted(renders, "segment")} to render` : "Nothing has to be rendered"}
        </strong>
        {renders > 0 && `: ${gpu ? `${about(gpu.median)} of GPU` : "no estimate yet"}`}
        {renders > 0 &&
          data.share_of_scenes > 0 &&
          `, ${percent(data.share_of_scenes)} of the scene`}
        .
      </p>
      <p className={list.faint}>
        {data.starts_in_s != null &&
          renders > 0 &&
          (data.starts_in_s < 1
            ? "It can start at once. "
            : `It starts in ${about(data.starts_in_s)}. `)}
        {data.budget_left_s != null &&
          `${seconds(data.budget_left_s)} of your budget are left today.`}
        {!data.is_within_budget && " That is more than the budget has left."}
      </p>
    </div>
  );
}
