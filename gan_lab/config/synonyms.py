"""What other programs call keys, options and values, and what to type here instead, if anything.

From Lightning, Hydra's examples, PyTorch's DCGAN, PyTorch-GAN, StyleGAN, StudioGAN, BigGAN,
pytorch-fid, Hugging Face and Weights & Biases. A remedy without spaces is what to type instead,
with the same value; any other is a sentence.
"""


def _table(*rows: tuple[str, str]) -> dict[str, str]:
    """Return `{name: remedy}` of rows of a remedy and the names that it is for."""
    return {name: remedy for remedy, names in rows for name in names.split()}


KEYS = _table(
    (
        "The length of a run is counted in updates of the generator: iterations=; one pass over "
        "the images is their number divided by batch_size.",
        "epochs epoch n_epochs num_epochs max_epochs min_epochs nepoch niter_decay total_kimg "
        "kimg total_nimg num_train_epochs",
    ),
    (
        "iterations",
        "max_steps min_steps total_steps num_steps n_steps num_iterations max_iter max_iters "
        "max_iterations n_iter n_iters num_iters iters iter iteration niter nb_iter train_steps "
        "max_train_steps total_iterations total_iters num_training_steps train_iters",
    ),
    (
        "iterations= sets the length of a run and data.limit= the images used.",
        "limit_train_batches",
    ),
    ("debug=fast runs a few iterations of everything.", "fast_dev_run"),
    ("debug=overfit trains on 64 images.", "overfit_batches"),
    ("Ctrl-C stops a run at any time with everything saved.", "max_time"),
    ("callbacks.collapse.stop=true ends a run whose modes collapse.", "early_stopping patience"),
    (
        "batch_size",
        "train_batch_size bs batch batchsize per_device_train_batch_size bsize batch_gpu "
        "minibatch_size minibatch mb_size batch_sz mini_batch_size",
    ),
    (
        "evaluation.batch_size",
        "eval_batch_size val_batch_size test_batch_size per_device_eval_batch_size",
    ),
    (
        "Images lie in memory or in one mapped file, so there are no workers to set: leave it out.",
        "workers num_workers n_cpu pin_memory persistent_workers prefetch prefetch_factor "
        "nthreads n_workers load_workers dataloader_num_workers num_threads shuffle drop_last",
    ),
    (
        "Gradients are not accumulated; batch_size= is the images of one update.",
        "accumulate_grad_batches gradient_accumulation_steps acml_steps grad_accum "
        "accumulation_steps num_g_accumulations num_d_accumulations",
    ),
    (
        "discriminator_steps",
        "n_critic critic_iters critic_steps d_steps n_dis ndis dis_steps disc_steps k k_steps "
        "num_d_steps d_iters diters d_updates d_updates_per_step num_critic n_critics n_disc "
        "steps_d critic_repeats",
    ),
    (
        "Each iteration updates the generator once, after discriminator_steps= updates of D.",
        "g_steps n_gen gen_steps g_updates generator_steps num_g_steps",
    ),
    ("update=alternating or update=simultaneous.", "simultaneous alternating"),
    (
        "loss= is lsgan, minimax or non_saturating.",
        "gan_loss criterion adversarial_loss loss_type adv_loss gan_mode gan_type loss_fn "
        "objective_function adv_loss_fn gan loss_function g_loss d_loss",
    ),
    ("loss=non_saturating is that loss.", "bce ns vanilla nsgan ns_gan"),
    ("loss=lsgan is that loss.", "ls mse lsgan"),
    ("loss=minimax is that loss.", "minimax mm"),
    (
        "That loss is not there; loss= is lsgan, minimax or non_saturating.",
        "wgan wgan_gp wgangp hinge relativistic rgan ragan began",
    ),
    (
        "There is no gradient penalty; the losses are those of loss=.",
        "gp gp_weight lambda_gp gp_lambda gradient_penalty r1 r1_gamma gamma r1_weight r2 "
        "r2_weight lambda r1_lambda r1_reg penalty gradient_penalty_weight pl_weight path_length "
        "path_length_penalty dragan clip_value weight_clip clamp clamp_lower clamp_upper "
        "d_reg_every g_reg_every lecam",
    ),
    (
        "Labels are not smoothed; loss=lsgan has targets of its own: loss.a, loss.b, loss.c.",
        "label_smoothing smoothing smooth soft_labels real_label one_sided_label_smoothing",
    ),
    (
        "There is no spectral normalisation; the networks are those of model=.",
        "spectral_norm spectral_normalization sn use_sn apply_d_sn d_sn apply_g_sn",
    ),
    (
        "There is no attention; the networks are those of model=.",
        "attention self_attention sagan attn apply_attn",
    ),
    (
        "There is no augmentation but data.flip=true.",
        "ada diffaugment diffaug augment augmentation augpipe aug ada_target apa rotate "
        "color_jitter transforms transform crop random_crop aug_p diff_augment",
    ),
    ("data.flip", "mirror hflip flip xflip horizontal_flip random_flip x_flip mirror_augment"),
    (
        "There are no conditional networks; data.classes= keeps some classes only.",
        "conditional cond class_cond num_classes n_classes y_dim n_class cgan acgan labels "
        "class_conditional shared_dim embed_dim",
    ),
    (
        "latent.dim",
        "z_dim nz latent_dim latent_size zdim dim_z noise_dim z_size nz_dim latents code_dim "
        "latent_dims dim_latent noise_size z_channels codings_size",
    ),
    (
        "model.width= is the width of model=dcgan; others have sizes of their own, shown by "
        "--cfg job.",
        "ngf ndf nf dim g_conv_dim d_conv_dim conv_dim fmap_base channel_multiplier cbase cmax "
        "base_channels hidden_dim hidden_size features feature_maps gf_dim df_dim filters "
        "num_features hidden units n_hidden fmap_max capacity g_ch d_ch n_filters num_filters "
        "base_width channels_g channels_d features_g features_d width_multiplier h_dim "
        "hidden_dims num_channels_g depth n_layers num_layers layers",
    ),
    (
        "model=mlp and model=maxout_conv have model.discriminator.dropout=.",
        "dropout drop_rate dropout_rate p_drop",
    ),
    (
        "Normalisation belongs to the networks of model=.",
        "batch_norm batchnorm bn norm norm_layer instance_norm layer_norm norm_type normalization",
    ),
    ("model.discriminator.slope", "leaky_slope negative_slope lrelu_slope leak alpha_relu lrelu"),
    ("Activations belong to the networks of model=.", "activation nonlinearity act"),
    (
        "Weights start as the paper of model= says.",
        "weight_init init init_type g_init d_init init_gain initialization weights_init",
    ),
    (
        "model= chooses both networks; --help lists them.",
        "arch backbone architecture net network model_name netg netd generator discriminator "
        "critic netg_arch net_type gan_model",
    ),
    (
        "model.ema= is the decay of the generator's moving average per iteration, such as 0.995.",
        "ema_decay ema ema_beta use_ema ema_rate polyak g_ema ema_kimg ema_halflife "
        "moving_average swa ema_start apply_g_ema g_ema_decay beta_ema ema_rampup ema_nimg "
        "averaging",
    ),
    (
        "Latents are not truncated; latent= chooses their distribution.",
        "truncation trunc truncation_psi psi truncation_threshold truncation_factor "
        "truncation_trick trunc_factor truncate",
    ),
    ("model.pack", "pac pacgan packing pac_size packed"),
    (
        "That is not there; model= and loss= choose what there is.",
        "minibatch_discrimination mbstd mbstd_group_size minibatch_stddev unrolled "
        "unrolled_steps unroll_steps style_mixing mixing mixing_prob map_depth w_dim progressive "
        "freezed freeze_d topk",
    ),
    (
        "optimizer.lr",
        "learning_rate base_lr init_lr learningrate step_lr lrate alpha_lr initial_lr stepsize",
    ),
    (
        "optimizer.generator.lr",
        "g_lr lr_g lrg glr gen_lr lr_gen generator_lr lr_generator g_learning_rate",
    ),
    (
        "optimizer.discriminator.lr",
        "d_lr lr_d lrd dlr disc_lr dis_lr lr_disc discriminator_lr lr_discriminator critic_lr "
        "d_learning_rate",
    ),
    ("optimizer.generator.lr= and optimizer.discriminator.lr= are the rates of the two.", "ttur"),
    (
        "optimizer.betas=[0.5,0.999] has both.",
        "b1 b2 beta1 beta2 beta beta_1 beta_2 adam_beta1 adam_beta2 adam_b1 adam_b2 g_b1 "
        "momentum_beta beta0 g_beta1 d_beta1",
    ),
    ("optimizer.betas", "betas"),
    ("optimizer.weight_decay", "wd l2 weight_decay decay l2_reg weight_decay_rate"),
    ("Epsilon is torch's own, 1e-8.", "eps adam_eps epsilon adam_epsilon"),
    (
        "optimizer= is adam, rmsprop, sgd or goodfellow.",
        "opt optim optimizer_type optimiser optimizer_name g_optimizer d_optimizer optim_type "
        "solver optimizers optimizer_g optimizer_d",
    ),
    ("optimizer= chooses the optimizer.", "adam adamw sgd rmsprop"),
    (
        "optimizer/schedule= is constant, linear, cosine or exponential.",
        "scheduler lr_scheduler lr_policy lr_schedule schedule lr_decay lr_scheduler_type "
        "decay_type decay_epoch decay_start lr_decay_iters sched",
    ),
    (
        "There is no warm-up of learning rates; optimizer/schedule= has what there is.",
        "warmup warmup_steps lr_warmup warmup_epochs warmup_iters num_warmup_steps lr_warmup_steps",
    ),
    (
        "Nothing is searched by itself; -m with several values, or sweep=optuna, compares them.",
        "auto_lr_find lr_find auto_scale_batch_size tuner",
    ),
    (
        "optimizer.clip_norm= limits the norm of each network's gradient.",
        "grad_clip gradient_clip_val max_grad_norm clip_grad clip_grad_norm gradient_clip "
        "gradient_clipping gradient_clip_algorithm clip grad_norm max_norm grad_clip_norm",
    ),
    (
        "trainer.devices= says how many, and trainer=cpu or trainer=gpu what kind.",
        "gpus gpu num_gpus ngpu n_gpu n_gpus gpu_ids gpu_id device devices cuda use_cuda no_cuda "
        "cpu use_gpu nproc nproc_per_node accelerator tpu_cores mps num_devices world_size "
        "num_processes auto_select_gpus cuda_device ipus use_cpu no_gpu visible_devices "
        "cuda_visible_devices gpu_num num_gpu",
    ),
    ("trainer.num_nodes", "nodes nnodes n_nodes num_nodes"),
    (
        "trainer.devices= and trainer.num_nodes= say how many processes train together.",
        "strategy distributed ddp dp distributed_backend multiprocessing_distributed local_rank "
        "rank plugins fsdp deepspeed accelerate distributed_data_parallel dist_url dist_backend "
        "ddp_backend",
    ),
    (
        "trainer.precision= takes auto, 32-true, bf16-mixed or 16-mixed.",
        "fp16 amp bf16 fp32 half precision mixed_precision amp_level amp_backend use_fp16 "
        "use_amp num_fp16_res fp16_opt_level float16 autocast dtype half_precision mpc tf32",
    ),
    ("performance.compile", "compile torch_compile use_compile"),
    (
        "Such settings are chosen by itself; performance= has what can be set.",
        "cudnn_benchmark benchmark cudnn channels_last memory_format allow_tf32 nobench "
        "cudnn_deterministic",
    ),
    ("trainer.deterministic", "deterministic"),
    (
        "gan_lab sets that itself: leave it out.",
        "barebones enable_autolog_hparams enable_model_summary inference_mode model_registry "
        "limit_predict_batches reload_dataloaders_every_n_epochs use_distributed_sampler",
    ),
    ("trainer.sync_batchnorm", "sync_bn sync_batchnorm syncbn synchronized_bn cross_replica"),
    ("trainer.profiler", "profiler profile"),
    ("trainer.detect_anomaly", "detect_anomaly anomaly terminate_on_nan"),
    (
        "trainer.enable_progress_bar",
        "progress_bar progress_bar_refresh_rate enable_progress_bar tqdm quiet silent",
    ),
    (
        "seed",
        "manualseed manual_seed random_seed rng_seed rand_seed seed_everything random_state "
        "seeds rng random_seeds",
    ),
    (
        "data.size",
        "image_size img_size imagesize resolution res size img_dim imsize crop_size load_size "
        "fine_size img_height img_width resize image_resolution out_res loadsize finesize "
        "imgsize im_size input_size output_size img_res image_dim input_height output_height",
    ),
    (
        "The data set says how many; data=folder takes data.channels=.",
        "channels nc img_channels num_channels in_channels image_channels n_channels c_dim "
        "input_nc output_nc img_ch out_channels",
    ),
    (
        "data.dir= names the folder, with data=folder for images of your own.",
        "dataroot data_dir data_path datadir root dataset_path train_dir dataset_dir "
        "path_to_data data_root datapath image_dir img_dir train_data_dir folder dataset_root "
        "image_folder data_folder imagefolder input_dir dir path_data",
    ),
    (
        "data= chooses the data set; --help lists them, and data=folder data.dir=FOLDER takes "
        "your own images.",
        "dataset dataset_name data_name datasets datamodule train_data dataset_type",
    ),
    (
        "data.limit",
        "subset max_images num_images_train max_samples max_train_samples num_samples_train "
        "n_train train_size max_size limit max_dataset_size",
    ),
    ("data.classes", "classes class_names keep_classes digits only_classes class_idx"),
    (
        "data.value_range= is what the networks see for black and for white.",
        "normalize mean std normalise value_range",
    ),
    ("Data sets are downloaded by themselves, once: leave it out.", "download"),
    (
        "data.split= is the part to train on, and evaluation.split= the part to compare with.",
        "val_split split train_split validation_split",
    ),
    (
        "evaluation.every",
        "val_check_interval check_val_every_n_epoch eval_every eval_freq eval_interval "
        "evaluate_every test_every fid_every metrics_every eval_steps val_every "
        "evaluation_interval test_interval fid_freq validation_steps val_freq eval_iter "
        "evaluation_every eval_step fid_interval",
    ),
    (
        "evaluation/metrics= chooses metrics; --cfg job shows them.",
        "fid metrics compute_fid is kid precision_recall inception_score eval_metrics metric "
        "prdc lpips ppl ifid is_score calc_fid dswd swd",
    ),
    (
        "evaluation.n_fake",
        "num_fid_samples n_fid num_samples_fid fid_samples fid_num_images num_eval_imgs eval_num "
        "n_eval num_eval_samples num_fakes n_fake num_inception_images fid_n",
    ),
    ("evaluation.n_real", "n_real"),
    (
        "evaluation.n_fake= is the number of generated images that an evaluation scores.",
        "limit_val_batches limit_test_batches num_sanity_val_steps",
    ),
    (
        "task=evaluate scores a checkpoint: task=evaluate ckpt=RUN/checkpoints/best.ckpt.",
        "eval evaluation_only do_eval validate test eval_only test_only",
    ),
    (
        "evaluation.extractors",
        "eval_backbone inception extractor feature_extractor extractors fid_model post_resizer "
        "eval_model inception_path",
    ),
    ("evaluation.monitor", "monitor save_best_by best_metric metric_for_best_model monitor_metric"),
    (
        "The real side is measured once and cached by itself; data= says of which images.",
        "fid_stats stats fid_stats_path ref reference",
    ),
    (
        "log_every",
        "log_every_n_steps log_freq log_interval print_every print_freq logging_steps "
        "display_freq log_step log_iter row_log_interval logging_interval print_interval "
        "display_step report_freq verbose verbosity log_steps disp_freq",
    ),
    (
        "samples_every",
        "sample_interval sample_every sample_freq save_image_every snap image_snap vis_freq "
        "visualize_every sample_step save_img_freq vis_interval image_snapshot_ticks "
        "save_image_freq img_freq plot_every sample_iter sampling_interval image_every "
        "samples_interval",
    ),
    (
        "checkpoint_every",
        "save_every save_freq save_interval ckpt_every checkpoint_interval save_steps "
        "checkpoint_freq save_epoch_freq snapshot_interval every_n_train_steps model_save_step "
        "network_snapshot_ticks save_iter save_checkpoint_every snapshot_every snapshot_freq "
        "ckpt_interval checkpointing_steps save_step",
    ),
    (
        "The last and the best checkpoint are always kept; checkpoint_every= says how often.",
        "save_top_k save_last enable_checkpointing checkpoint checkpoint_callback save_total_limit",
    ),
    (
        "hydra.run.dir= names a run's directory, and out= what another task writes.",
        "outdir output_dir out_dir save_dir results_dir result_dir logdir log_dir "
        "default_root_dir output save_path exp_dir workdir work_dir checkpoint_dir run_dir "
        "ckpt_dir sample_dir samples_dir checkpoints_dir experiment_dir outf model_save_dir "
        "save_root results_root logging_dir dest outpath output_path result_path model_dir",
    ),
    (
        "A run is known by its directory: hydra.run.dir=outputs/NAME.",
        "name run_name exp_name experiment_name exp version desc description run_id expname "
        "exp_id title run tag",
    ),
    (
        "logger=wandb logger.wandb.project= names the project.",
        "project project_name wandb_project wandb_name",
    ),
    ("Weights & Biases reads the entity from WANDB_ENTITY.", "entity wandb_entity team"),
    ("logger=wandb logger.wandb.tags=[a,b] has tags.", "tags notes wandb_tags"),
    (
        "logger= chooses where metrics go: csv, tensorboard or wandb.",
        "wandb use_wandb tensorboard use_tensorboard tb report_to loggers log mlflow comet "
        "neptune log_with tensorboard_dir csv",
    ),
    ("callbacks.collapse= watches a run; the rest is always there.", "callback"),
    (
        "ckpt=RUN/checkpoints/last.ckpt continues a run, and resume=auto finds it by itself.",
        "resume_from_checkpoint checkpoint_path ckpt_path load load_checkpoint load_path restore "
        "resume_from weights pkl init_from resume_ckpt load_from_checkpoint resume_training "
        "continue_train resume_path start_epoch model_path load_model checkpoint_file resume_pkl "
        "continue which_epoch load_iter start_iter resume_run_id restore_from load_dir "
        "start_from resume_iter resume_from_ckpt net_path load_step resume_iters",
    ),
    (
        "model=mlp has model.pretrained=; ckpt= continues a run.",
        "pretrained pretrained_model finetune fine_tune init_weights",
    ),
    (
        "task=sample draws images: task=sample ckpt=RUN/checkpoints/best.ckpt n=64.",
        "generate sample gen sampling generate_samples infer inference predict",
    ),
    (
        "task= says what to do: train, sample, evaluate, report and more; --help lists them.",
        "mode action command cmd phase stage train is_train do_train training job train_mode",
    ),
    (
        "task=sample takes n=.",
        "num_samples n_samples num_images n_images num nsamples count sample_num samples "
        "num_generate num_gen nrow n_sample sample_size",
    ),
    ("task=interpolate walks between latents.", "interpolate interpolation slerp latent_walk"),
    (
        "task=invert finds the latents of real images.",
        "projection project_image inversion projector",
    ),
    (
        "experiment= chooses a recipe, and --cfg job prints the configuration of a command.",
        "cfg config conf config_file config_path config_name yaml opt_file preset recipe",
    ),
    (
        "debug=fast runs a few iterations of everything, and --cfg job prints the configuration.",
        "dry_run dryrun debug_mode smoke_test smoke test_run fast",
    ),
    (
        "-m runs every combination of values with commas, and -m sweep=optuna lets Optuna choose.",
        "sweep_id n_trials hparams hparams_search grid trials num_trials hyperopt tune",
    ),
    ("task=serve port=8000 shows runs in the browser.", "port serve host"),
    ("--help lists the keys.", "help usage h"),
    (
        "latent= chooses the prior: gaussian, uniform or spherical.",
        "noise noise_type prior z_dist z_prior latent_dist noise_distribution z latent_type",
    ),
    (
        "That is not there, so leave it out: gan_lab trains unconditional GANs of one generator "
        "and one discriminator.",
        "feature_matching vgg perceptual lambda_l1 cycle lambda_cycle lambda_a lambda_b "
        "lambda_identity identity lambda_cyc lambda_id content_loss lambda_adv",
    ),
)

OPTIONS = {
    "loss": _table(
        (
            "loss=minimax is the game of 2014, and loss=non_saturating what most code means by it.",
            "gan vanilla standard original goodfellow dcgan",
        ),
        (
            "loss=non_saturating is that loss.",
            "bce ns nsgan ns_gan bcewithlogits bce_loss bceloss logistic logistic_ns "
            "cross_entropy non_saturating_gan nonsat nonsaturating softplus g_nonsaturating "
            "crossentropy bce_with_logits log nll",
        ),
        (
            "loss=lsgan is that loss.",
            "ls mse least_squares leastsquares l2 lsgan_loss mse_loss mseloss",
        ),
        ("loss=minimax is that loss.", "mm saturating mmgan min_max mm_gan js zero_sum saturated"),
        (
            "It is not there; loss= is lsgan, minimax or non_saturating.",
            "wgan wgan_gp wgangp wasserstein w wgan_div hinge sngan rgan ragan relativistic "
            "began ebgan dragan fgan mmd infogan cgan acgan softplus_r1 r1 hinge_loss geometric "
            "kl wgan_loss rsgan rasgan wgan_sn l1 perceptual lpips",
        ),
    ),
    "model": _table(
        (
            "model=mlp has the fully connected networks of 2014.",
            "gan vanilla fc fcgan linear vanilla_gan goodfellow dense fully_connected mlp_gan "
            "simple maxout",
        ),
        (
            "model=dcgan has convolutional networks.",
            "cnn conv convolutional deconv convnet dc deep_conv",
        ),
        (
            "It is not there; model= is dcgan, mlp, maxout_conv and others that --help lists.",
            "stylegan stylegan2 stylegan3 biggan sagan sngan resnet pggan progan wgan wgan_gp "
            "lsgan cgan acgan infogan cyclegan pix2pix vae unet transformer vit transgan "
            "diffusion fastgan resnet_gan projected_gan stylegan_xl r3gan gigagan began "
            "autoencoder vqgan srgan esrgan lapgan msg_gan big_resnet stargan bigan ddpm "
            "stylegan2_ada conditional cdcgan conditional_gan",
        ),
    ),
    "data": _table(
        (
            "It is not there; images of your own are data=folder data.dir=FOLDER.",
            "fashion_mnist fashionmnist fmnist kmnist emnist qmnist omniglot usps svhn celeba "
            "celeba_hq celebahq imagenet tiny_imagenet lsun lsun_bedroom bedroom ffhq afhq stl10 "
            "cifar100 coco cub flowers cats dogs anime metfaces lfw church cars places "
            "cityscapes bedrooms flowers102 cats_and_dogs imagenet64 imagenet32 pokemon art",
        ),
        ("data=cifar10 is that data set.", "cifar cifar_10"),
        (
            "data=folder data.dir=FOLDER takes images of your own.",
            "images image_folder imagefolder custom own dir zip npz path local files directory "
            "custom_dataset imgs",
        ),
        (
            "data=ring and data=grid are mixtures of Gaussians, in the plane.",
            "gaussian gaussians mixture toy 2d 8gaussians 25gaussians mog synthetic gmm "
            "swissroll moons",
        ),
        ("data=density has numbers on the line.", "1d gaussian1d normal line"),
        (
            "data=stacked_mnist has three digits in one image.",
            "stacked stackedmnist mnist_stacked colored_mnist colormnist",
        ),
        ("data=tfd is the Toronto Face Database.", "faces toronto_faces toronto"),
    ),
    "optimizer": _table(
        (
            "It is not there; optimizer= is adam, rmsprop, sgd or goodfellow.",
            "adamw nadam radam adamax adagrad adadelta lion adabelief lamb lars extraadam "
            "optimistic_adam muon shampoo lookahead lbfgs amsgrad sophia extra_adam oadam "
            "optimistic",
        ),
        (
            "optimizer=sgd is stochastic gradient descent, with momentum.",
            "momentum gd gradient_descent nesterov",
        ),
    ),
    "optimizer/schedule": _table(
        ("optimizer/schedule=constant is none.", "none null off fixed const"),
        ("optimizer/schedule=exponential is that schedule.", "exp decay multiplicative"),
        (
            "optimizer/schedule=cosine is that schedule.",
            "cosine_annealing cosineannealing cos annealing",
        ),
        (
            "It is not there; optimizer/schedule= is constant, linear, cosine or exponential.",
            "step multistep plateau onecycle one_cycle cyclic polynomial warmup lambda poly "
            "reduce_on_plateau",
        ),
    ),
    "latent": _table(
        ("latent=gaussian is that prior.", "normal gauss randn n standard_normal"),
        ("latent=uniform is that prior.", "rand u"),
        ("latent=spherical is that prior.", "sphere hypersphere unit_sphere"),
        (
            "It is not there; latent= is gaussian, uniform, uniform_unit_variance or spherical.",
            "truncated truncated_normal censored_normal bernoulli categorical mixture laplace",
        ),
    ),
    "task": _table(
        (
            "task=evaluate scores a checkpoint or images.",
            "test eval fid validate score metrics val evaluation validation compute_fid kid "
            "measure",
        ),
        (
            "task=sample draws images from a checkpoint.",
            "generate infer inference predict gen sampling draw generation",
        ),
        (
            "task=train trains, and is the default.",
            "fit training run pretrain finetune resume continue",
        ),
        (
            "Data sets are downloaded by themselves; task=fetch brings the network of the FID.",
            "download prepare prepare_data",
        ),
        ("task=interpolate walks between latents.", "interpolation walk slerp latent_walk lerp"),
        (
            "task=invert finds the latents of real images.",
            "inversion project projection encode reconstruct projector",
        ),
        ("task=serve shows runs in the browser.", "dashboard view ui server web show watch"),
        ("task=list lists runs.", "ls runs list_runs"),
        (
            "task=report makes the page of a run, or of several.",
            "compare plot html summary visualize page",
        ),
        (
            "-m is a sweep: -m seed=0,1,2, or -m sweep=optuna.",
            "sweep search tune hparam hyperopt optuna",
        ),
        ("task=train_classifier trains the classifier that counts modes.", "classifier classify"),
        (
            "It is not there; task=sample format=npz writes images as one array.",
            "convert export onnx deploy",
        ),
        ("debug=fast and debug=profile are short runs.", "debug profile smoke"),
        (
            "task=nearest shows samples beside the training images nearest to them.",
            "samples neighbours neighbors nn memorization",
        ),
    ),
    "logger": _table(
        ("logger=tensorboard is that one.", "tb tensorboardx tensor_board"),
        ("logger=wandb is that one.", "wb w&b weights_and_biases weightsandbiases wb_logger"),
        (
            "logger=[] leaves metrics.csv, which is always written.",
            "none false null off no disabled",
        ),
        (
            "It is not there; logger= is csv, tensorboard or wandb.",
            "mlflow comet neptune aim clearml visdom dvclive many_loggers json print console",
        ),
    ),
    "trainer": _table(
        (
            "trainer=gpu is one GPU, and trainer=ddp all of them.",
            "cuda gpus single_gpu single nvidia",
        ),
        (
            "trainer=ddp takes all GPUs.",
            "multi_gpu multigpu dp distributed data_parallel all ddp_spawn",
        ),
        (
            "It is not there; trainer= is auto, cpu, gpu, ddp or ddp_sim.",
            "fsdp deepspeed tpu horovod xla ipu hpu",
        ),
        ("trainer=auto takes Apple's GPU, as trainer.accelerator=mps does.", "mps apple metal m1"),
        ("trainer=auto is the default.", "default local"),
    ),
    "evaluation": _table(
        ("evaluation=none is that.", "off false no null disabled never"),
        ("evaluation=auto is the default.", "on true yes default full all"),
        (
            "evaluation/metrics= chooses metrics, and evaluation.extractors=inception the "
            "network of the FID.",
            "fid kid is prdc inception metrics modes ndb",
        ),
    ),
    "evaluation/metrics": _table(
        (
            "evaluation/metrics=[frechet] is that metric, and evaluation.extractors=inception "
            "its network.",
            "fid fd frechet_distance fid50k fid50k_full",
        ),
        ("evaluation/metrics=[kernel] is that metric.", "kid mmd kid50k"),
        (
            "evaluation/metrics=[prdc] is that metric.",
            "precision recall density coverage pr precision_recall pr50k3",
        ),
        (
            "It is not there; the metrics are duplicates, frechet, kernel, mixture, modes, ndb, "
            "parzen and prdc.",
            "is inception_score ppl lpips swd ms_ssim ssim psnr is50k ppl2_wend cas clip nll",
        ),
        (
            "+evaluation/metrics=parzen is that metric.",
            "log_likelihood likelihood kde parzen_window",
        ),
        ("evaluation/metrics=[modes] is that metric.", "mode mode_coverage classes"),
    ),
    "debug": _table(
        (
            "debug=trace shows tracebacks, and debug=fast is a short run.",
            "true on yes 1 verbose traceback full default",
        ),
        ("Leave debug= out.", "false off no 0 none"),
        (
            "debug=fast is a short run.",
            "limit short smoke quick dev fast_dev_run step dry_run test",
        ),
        ("debug=profile is that.", "profiler"),
    ),
    "sweep": _table(
        (
            "-m with values between commas runs all of them, and -m sweep=optuna lets Optuna "
            "choose.",
            "grid random basic bayes hyperopt ray ax nevergrad mnist_optuna tpe bayesian wandb",
        ),
    ),
    "experiment": _table(
        ("experiment=mnist_dcgan is that, and the default.", "dcgan mnist default gan"),
        ("experiment=cifar10_dcgan is that.", "cifar cifar10"),
        ("experiment=goodfellow_mnist is that.", "goodfellow original gan2014 vanilla_gan"),
        ("experiment=ring_gan is that.", "ring"),
        ("experiment=grid_gan is that.", "grid"),
        ("experiment=density_gan is that.", "density 1d"),
        ("experiment=mnist_mlp is that.", "mlp"),
    ),
}

VALUES = {
    "trainer.precision": _table(
        ("32-true", "32 fp32 float32 full 32_bit single no float"),
        ("16-mixed", "16 fp16 half float16 16_bit amp mixed mixed_precision"),
        ("bf16-mixed", "bf16 bfloat16 bf16_true"),
    ),
    "trainer.accelerator": _table(
        ("gpu", "nvidia gpus"),
        ("mps", "metal apple"),
        ("cpu", "none cpus"),
    ),
    "update": _table(
        ("alternating", "alt alternate sequential"),
        ("simultaneous", "sim simultan parallel joint"),
    ),
    "format": _table(
        ("npz", "numpy npy array"),
        ("png", "images folder files jpg jpeg individual"),
        ("grid", "picture image sheet"),
    ),
    "path": _table(
        ("spherical", "slerp sphere"),
        ("straight", "lerp linear line"),
    ),
    "resume": _table(
        ("auto", "true yes last latest on 1"),
    ),
}


def normal(word: str) -> str:
    """Return a word as the tables have it: lower case, with underscores."""
    return word.strip().lower().replace("-", "_").replace(" ", "_")
