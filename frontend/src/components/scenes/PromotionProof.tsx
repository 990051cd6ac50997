import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { BadgeCheck } from "lucide-react";
import { api, read } from "@/api/client";
import { keys } from "@/api/keys";
import { Button } from "@/ui/Button";
import list from "@/ui/catalogue.module.css";
import { Fact, Facts } from "@/ui/Facts";
import { seconds } from "@/ui/format";
import { Failure } from "@/ui/States";
import { sayError } from "@/ui/toast";
import { generate } from "./actions";
import { Cost } from "./Cost";
import { isRunning, nextStep } from "./chain";
import style from "./PromoteDialog.module.css";
import { sceneQuery } from "./queries";

interface PromotionProofProps {
  promotionId: string;
  onBack: () => void;
  onClose: () => void;
}

/** A promotion as it is done, and the proof that the scene has the very same bytes. */
export function PromotionProof({ promotionId, onBack, onClose }: PromotionProofProps) {
  const navigate = useNavigate();
  const { data: promotion, error } = useQuery({
    queryKey: keys.promotion(promotionId),
    queryFn: () =>
      read(
        api.GET("/api/promotions/{promotion_id}", {
          params: { path: { promotion_id: promotionId } },
        }),
      ),
    // It may have been done between the answer and the first live event.
    refetchOnMount: "always",
  });
  const sceneId = promotion?.scene_id ?? 0;
  const isDone = promotion?.status === "done";
  const chain = useQuery({ ...sceneQuery(sceneId), enabled: isDone }).data?.chain;
  const show = async () => {
    onClose();
    await navigate({ to: "/scenes/$sceneId", params: { sceneId: String(sceneId) } });
  };
  const goOn = useMutation({
    mutationFn: () => generate(sceneId),
    onSuccess: show,
    onError: sayError,
  });
  if (error) return <Failure error={error} />;
  if (!promotion || promotion.status === "requested") {
    return (
      <p className={list.note} role="status">
        The clip is copied into the scene, and read back to compare.
      </p>
    );
  }
  if (promotion.status === "rejected") {
    return (
      <div className={list.form}>
        <p className={list.note} data-tone="fail" role="alert">
          {promotion.message ?? "The promotion was rejected."}
        </p>
        <div className={list.actions}>
          <Button onClick={onBack}>Back</Button>
        </div>
      </div>
    );
  }
  const isSame = promotion.sha256_before === promotion.sha256_after;
  const next = chain && !isRunning(chain) ? nextStep(chain) : null;
  return (
    <div className={list.form}>
      <p className={style.proof} role="status" data-same={isSame}>
        <BadgeCheck aria-hidden />
        <span>
          {isSame
            ? "It is segment 001 now, byte for byte the same."
            : "The hashes differ. Do not use this segment, and tell an administrator."}
        </span>
      </p>
      <Facts list>
        <Fact name="SHA-256 before">
          <code>{promotion.sha256_before}</code>
        </Fact>
        <Fact name="SHA-256 after">
          <code>{promotion.sha256_after}</code>
        </Fact>
        <Fact name="GPU spent">{promotion.gpu_seconds} s</Fact>
        {promotion.gpu_seconds_saved != null && (
          <Fact name="GPU saved">{seconds(promotion.gpu_seconds_saved)}</Fact>
        )}
        {promotion.seconds != null && (
          <Fact name="Copied and proved in">{seconds(promotion.seconds)}</Fact>
        )}
      </Facts>
      {next && <Cost sceneId={sceneId} />}
      <div className={list.actions}>
        <Button onClick={() => void show()}>Open the scene</Button>
        {next && (
          <Button look="primary" disabled={goOn.isPending} onClick={() => goOn.mutate()}>
            Generate from segment 002
          </Button>
        )}
      </div>
    </div>
  );
}
