"""Graphs of other video models, full of other people's nodes."""

from screentest.common.graphs import Graph
from support.workflows import node


def ltx_joined() -> Graph:
    """LTX-Video with every number in a titled primitive, and a prompt joined of two texts."""
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name="ltxv.safetensors"),
        "2": node("CLIPLoader", clip_name="t5.safetensors", type="ltxv"),
        "3": node("CLIPTextEncode", text="29:0", clip="2:0"),
        "4": node("CLIPTextEncode", text="worst", clip="2:0"),
        "5": node("VHS_LoadImagePath", image="/data/in/a.png", custom_width=0, custom_height=0),
        "6": node("LTXVPreprocess", image="5:0", img_compression=35),
        "7": node(
            "LTXVImgToVideo",
            positive="3:0", negative="4:0", vae="1:2", image="6:0", width="20:0", height="21:0",
            length="22:0", batch_size=1, strength=1.0,
        ),
        "8": node("LTXVConditioning", positive="7:0", negative="7:1", frame_rate="23:0"),
        "9": node(
            "LTXVScheduler",
            steps="24:0", max_shift=2.05, base_shift=0.95, stretch=True, terminal=0.1,
            latent="7:2",
        ),
        "10": node("KSamplerSelect", sampler_name="euler"),
        "11": node(
            "SamplerCustom",
            model="1:0", positive="8:0", negative="8:1", sampler="10:0", sigmas="9:0",
            latent_image="7:2", add_noise=True, noise_seed="25:0", cfg=3.0,
        ),
        "12": node("VAEDecode", samples="11:0", vae="1:2"),
        "13": node("CreateVideo", images="12:0", fps="23:0"),
        "14": node("SaveVideo", video="13:0"),
        "15": node("PreviewImage", images="6:0"),
        "20": node("PrimitiveInt", "Width", value=768),
        "21": node("PrimitiveInt", "Height", value=512),
        "22": node("PrimitiveInt", "Length", value=97),
        "23": node("PrimitiveFloat", "Frame Rate", value=24.0),
        "24": node("PrimitiveInt", "Steps", value=30),
        "25": node("PrimitiveInt", "Seed", value=42),
        "29": node("StringConcatenate", string_a="27:0", string_b="28:0"),
        "27": node("PrimitiveString", "Subject", value="a boat"),
        "28": node("PrimitiveString", "Style", value="film"),
    }  # fmt: skip


def hunyuan() -> Graph:
    """HunyuanVideo, image to video: one conditioning only, and a guider without cfg."""
    return {
        "1": node("UNETLoader", unet_name="hunyuan_i2v.safetensors"),
        "2": node(
            "DualCLIPLoader",
            clip_name1="clip_l.safetensors", clip_name2="llava.safetensors", type="hunyuan_video",
        ),
        "3": node("CLIPVisionLoader", clip_name="llava_vision.safetensors"),
        "4": node("CLIPVisionEncode", clip_vision="3:0", image="5:0"),
        "5": node("LoadImage", image="a.png"),
        "6": node(
            "TextEncodeHunyuanVideo_ImageToVideo",
            clip="2:0", clip_vision_output="4:0", prompt="a dog", image_interleave=2,
        ),
        "7": node(
            "HunyuanImageToVideo",
            positive="6:0", vae="8:0", start_image="5:0", width=720, height=720, length=53,
            batch_size=1, guidance_type="v2 (replace)",
        ),
        "8": node("VAELoader", vae_name="hv_vae.safetensors"),
        "9": node("FluxGuidance", conditioning="7:0", guidance=6.0),
        "10": node("ModelSamplingSD3", model="1:0", shift=7.0),
        "11": node("BasicGuider", model="10:0", conditioning="9:0"),
        "12": node("RandomNoise", noise_seed=7),
        "13": node("KSamplerSelect", sampler_name="euler"),
        "14": node("BasicScheduler", model="10:0", scheduler="simple", steps=20, denoise=1.0),
        "15": node(
            "SamplerCustomAdvanced",
            noise="12:0", guider="11:0", sampler="13:0", sigmas="14:0", latent_image="7:1",
        ),
        "16": node("VAEDecodeTiled", samples="15:0", vae="8:0"),
        "17": node("SaveAnimatedWEBP", images="16:0", fps=24.0),
    }  # fmt: skip


def joined_stacks() -> Graph:
    """AnimateDiff with one LoRA stack behind another and a prompt joined and shown."""
    return {
        "1": node("CheckpointLoaderSimple", ckpt_name="dream.safetensors"),
        "2": node(
            "CR LoRA Stack",
            switch_1="On", lora_name_1="a.safetensors", model_weight_1=0.8, clip_weight_1=0.8,
            switch_2="Off", lora_name_2="b.safetensors", model_weight_2=1.0, clip_weight_2=1.0,
            switch_3="Off", lora_name_3="None", model_weight_3=1.0, clip_weight_3=1.0,
            lora_stack="9:0",
        ),
        "9": node(
            "CR LoRA Stack",
            switch_1="On", lora_name_1="z.safetensors", model_weight_1=0.3, clip_weight_1=0.2,
            switch_2="Off", lora_name_2="None", model_weight_2=1.0, clip_weight_2=1.0,
            switch_3="Off", lora_name_3="None", model_weight_3=1.0, clip_weight_3=1.0,
        ),
        "3": node("CR Apply LoRA Stack", model="1:0", clip="1:1", lora_stack="2:0"),
        "4": node("ADE_AnimateDiffLoaderWithContext", model="3:0", model_name="mm.ckpt"),
        "5": node("CLIPTextEncode", text="10:0", clip="3:1"),
        "6": node("CLIPTextEncode", text="11:0", clip="3:1"),
        "10": node("ShowText|pysssss", text="12:0", text_0="shown before"),
        "12": node("CR Text Concatenate", text1="13:0", text2="14:0"),
        "13": node("CR Text", text="a knight"),
        "14": node("Text Multiline", text="cinematic"),
        "11": node("String Literal", string="lowres"),
        "7": node("VAEEncode", pixels="8:0", vae="1:2"),
        "8": node("LoadImage", image="a.png"),
        "15": node("RepeatLatentBatch", samples="7:0", amount=16),
        "16": node(
            "KSampler",
            model="4:0", positive="5:0", negative="6:0", latent_image="15:0", seed=5, steps=20,
            cfg=6.0, sampler_name="euler", scheduler="simple", denoise=0.7,
        ),
        "17": node("VAEDecode", samples="16:0", vae="1:2"),
        "18": node("VHS_VideoCombine", images="17:0", frame_rate=8),
    }  # fmt: skip


def efficient() -> Graph:
    """A loader that has texts, size and LoRAs beside the checkpoint."""
    return {
        "1": node(
            "Efficient Loader",
            ckpt_name="dream.safetensors", vae_name="Baked VAE", lora_name="None",
            lora_model_strength=1.0, lora_clip_strength=1.0, positive="a cat", negative="bad",
            empty_latent_width=512, empty_latent_height=768, batch_size=16, lora_stack="2:0",
        ),
        "2": node(
            "LoRA Stacker",
            lora_count=2, lora_name_1="a.safetensors", lora_wt_1=0.6, model_str_1=1.0,
            clip_str_1=1.0, lora_name_2="b.safetensors", lora_wt_2=0.5, model_str_2=1.0,
            clip_str_2=1.0, lora_name_3="None", lora_wt_3=1.0, model_str_3=1.0, clip_str_3=1.0,
        ),
        "3": node("ADE_AnimateDiffLoaderGen1", model="1:0", model_name="mm.ckpt"),
        "4": node(
            "KSampler (Efficient)",
            model="3:0", positive="1:1", negative="1:2", latent_image="1:3", seed=5, steps=20,
            cfg=6.0, sampler_name="euler", scheduler="simple", denoise=1.0,
        ),
        "5": node("VHS_VideoCombine", images="4:5", frame_rate=8),
    }  # fmt: skip


def hunyuan_wrapper() -> Graph:
    """HunyuanVideoWrapper: texts of both sides in nodes of its own."""
    return {
        "1": node("HyVideoModelLoader", model="hy.safetensors", lora="2:0"),
        "2": node("HyVideoLoraSelect", lora="x.safetensors", strength=1.0),
        "3": node("HyVideoVAELoader", model_name="hy_vae.safetensors"),
        "4": node(
            "DownloadAndLoadHyVideoTextEncoder",
            llm_model="Kijai/llava", clip_model="openai/clip",
        ),
        "5": node(
            "HyVideoI2VEncode",
            text_encoders="4:0", prompt="a dog", prompt_template="I2V_video", image="6:0",
            hyvid_cfg="12:0",
        ),
        "12": node(
            "HyVideoCFG",
            negative_prompt="bad", cfg=6.0, start_percent=0.0, end_percent=0.5,
        ),
        "6": node("LoadImage", image="a.png"),
        "7": node("HyVideoEncode", vae="3:0", image="6:0"),
        "8": node(
            "HyVideoSampler",
            model="1:0", hyvid_embeds="5:0", samples="7:0", image_cond_latents="7:0", width=512,
            height=320, num_frames=49, steps=30, embedded_guidance_scale=6.0, flow_shift=9.0,
            seed=6, denoise_strength=1.0, scheduler="FlowMatchDiscreteScheduler",
        ),
        "9": node("HyVideoDecode", vae="3:0", samples="8:0"),
        "10": node("VHS_VideoCombine", images="9:0", frame_rate=24),
    }  # fmt: skip
