//! Top-level domains, from npm twitter-text 3.1.0. Written by tests/twitter/tables.mjs.

/// The names of ASCII letters: at each index those of that length, in order, one behind the other.
#[rustfmt::skip]
pub(in crate::text) const ASCII: &[&str] = &[
    "",
    "",
    "acadaeafagaialamanaoaqarasatauawaxazbabbbdbebfbgbhbibjblbmbnbobqbrbsbtbvbwbybzcacccdcfcgchcickclcmcncocrcucvcwcxcyczdedj\
     dkdmdodzeceeegehereseteufifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqirisitjejmjojpkekgkh\
     kikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemfmgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgph\
     pkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsisjskslsmsnsosrssstsusvsxsysztctdtftgthtjtktltmtntotptrtttvtwtzuaugukumusuy\
     uzvavcvevgvivnvuwfwsyeytzazmzw",
    "aaaabbabcacoadsaegaflaiganzaolappartawsaxabarbbcbbtbcgbcnbetbidbiobizbmsbmwbnlbomboobotboxbuybzhcabcalcamcarcatcbacbncbs\
     cebceocfacfdcomcpacrscscdaddayddsdevdhldiydnpdogdotdtvdvreatecoeduesqeusfanfitflyfoofoxfrlftrfunfyigalgapgaygdngeaglegmo\
     gmxgoogopgotgovhbohivhkthothowhtcibmiceicuifmincinginkintistitviwcjcbjcpjiojlcjlljmpjnjjotjoykfhkiakimkpnkrdlatlawldsllc\
     llplollplltdmanmapmbamcdmedmenmeomilmitmlbmlsmmamoemoimommovmsdmtnmtrnabnbanecnetnewnflngonhknownranrwnttnycobioffoneong\
     onloooorgottovhpaypetphdpidpinpncproprupubpwcqvcredrenrilrioriprunrwesapsassbisbsscascbsessewsexsfrskiskysoysrlsrtstctab\
     taxtcitdktelthdtjxtoptrvtuitvsubsunouolupsvetvigvinvipwedwinwmewowwtcwtfxinxxxxyzyouyunzip",
    "aarpableadacaeroaigoakdnallyamexarabarmyarpaarteasdaasiaaudiautobabybandbankbbvabeerbestbikebingblogbluebofabondbookbuzz\
     cafecallcampcarecarscasacasecashcbrecernchatciticityclubcoolcoopcyoudatadatedclkdealdelldesidietdishdocsdohaduckdunsdvag\
     ernifagefailfansfarmfastfiatfidofilmfirefishflirfoodfordfreefundgamegbizgentggeegiftgmbhgoldgolfgooggugeguruhairhaushdfc\
     helpherehgtvhosthsbcicbcieeeimdbimmoinfoitaujavajeepjobsjprskddikiwikpmgkredlandlegolgbtlidllifelikelimolinkliveloanloft\
     loveltdaluxemaifmeetmememenuminimintmobimodamotomtpcnamenavynewsnextniconikeolloopenpageparspccwpicspingpinkplaypluspohl\
     pornpostprodprofqponraidreadreitrentrestrichrmitroomrsvpruhrsafesalesaposarlsavesaxoscorscotseatseeksexyshawshiashopshow\
     silksinasiteskinsncfsohusongsonyspotstarsurftalktaxiteamtechtevatiaatipstowntoystubevanavisavivavivovotevotowangweirwien\
     wikiwineworkxboxyogazarazerozone",
    "actoradultaetnaamfamamicaapplearchiaudioautosazurebaidubeatsbiblebingoblackboatsbootsboschbuildcanoncardschasecheapchloe\
     ciscociticclickcloudcoachcodescrowncymrudaburdancedealsdeltadodgedrivedubaiearthedekaemailepostepsonfaithfedexfinalforex\
     forumgallogamesgiftsgivesgladeglassglobogmailgreengripegroupgucciguidehomeshondahorsehousehyattiinetikanointelirishiveco\
     jetztkoelnkyotolamerleaselegallexuslillylindelipsylixilloanslocuslottelottolupinmacysmangomediamiamimoneymoparmovienadex\
     nexusnikonninjanokianowtvomegaonionosakaparispartspartyphonephotopizzaplacepokerpraxipressprimepromoquestradiorehabreise\
     ricohrocksrodeorugbysalonsenersevensharpshellshoesskypeslingsmartsmilesolarspacesportstadastorestudystylesucksswisstatar\
     tirestiroltmalltodaytokyotoolstoraytotaltourstradetrusttunestushuubankvegasvideovistavodkavolvowaleswatchweberweiboworks\
     worldxeroxyahoozippo",
    "abarthabbottabbvieactiveafricaagencyairbusairtelalipayalsacealstomanquanaramcoauthorbayernbeautyberlinbhartiblancobostik\
     bostonbrokercameracareercaseihcasinocenterchanelchromechurchcircleclaimscliniccoffeecomseccondoscouponcreditcruisedating\
     datsundealerdegreedentaldesigndirectdoctordoosandunlopdupontdurbanemerckenergyestateeventsexpertfamilyflickrfutbolgallup\
     gardengeorgegivingglobalgooglegratishealthhermeshiphophockeyhotelshughesimamatinsureintuitjaguarjoburgjuegoskaufenkinder\
     kindlekosherlancialatinolawyerlefraklivinglockerlondonluxurymadridmaisonmakeupmarketmattelmobilemobilymonashmormonmoscow\
     museummutualnagoyanaturanissannissaynortonnowruzofficeolayanonlineoracleorangeotsukapfizerphotosphysiopiagetpictetquebec\
     racingrealtyreisenrepairreportreviewrocherrogersryukyusafetysakurasanofischoolschulesearchsecureselectshoujisoccersocial\
     streamstudiosupplysuzukiswatchsydneytaipeitaobaotargettattootennistiendatjmaxxtkmaxxtoyotatravelunicomviajesvikingvillas\
     virginvisionvotingvoyagevueloswalterwarmanwebcamxihuanxperiayachtsyandexzappos",
    "abogadoacademyagakhanalibabaandroidathletaauctionaudibleauspostaviancabanamexbauhausbentleybestbuybookingbrotherbugattic\
     apitalcaravancareerscartierchannelcharitychintaicitadelclubmedcollegecolognecomcastcompanycomparecontactcookingcorsicaco\
     untrycouponscoursescricketcruisesdentistdigitaldomainsexposedexpressfarmersfashionferrariferrerofinancefishingfitnessfli\
     ghtsfloristflowersforsalefrogansfujitsugallerygentinggodaddygroceryguitarshamburghangouthitachiholidayhostinghoteleshotm\
     ailhyundaiiselectismailijewelryjuniperkitchenkomatsulacaixalancomelanxesslasallelatrobeleclercliaisonlimitedlincolnmarke\
     tsmetlifemonsternetbanknetflixnetworkneustarokinawaoldnavyorganicoriginspaneraiphilipspioneerpolitierealtorrecipesrental\
     sreviewsrexrothsamsungsandvikschmidtschwarzscienceshikshashriramsinglesspiegelstaplesstarhubstatoilstoragesupportsurgery\
     systemstemasektheatertheatreticketstiffanytoshibatradingwalmartwanggouwatchesweatherwebsiteweddingwhoswhowindowswinnersx\
     finityyamaxunyoutubezuerich",
    "abudhabiairforceallstateattorneybarclaysbarefootbargainsbaseballboutiquebradescobroadwaybrusselsbudapestbuildersbusiness\
     capetowncateringcatholicchryslerciprianicityeatscleaningcliniqueclothingcommbankcomputerdeliverydeloittedemocratdiamonds\
     discountdiscoverdownloadengineerericssonesuranceetisalateverbankexchangefeedbackfidelityfirmdaleflsmidthfootballfrontier\
     goodyeargraingergraphicsguardianhdfcbankhelsinkiholdingshospitalinfinitiipirangaistanbuljpmorganlightinglundbeckmarriott\
     maseratimckinseymemorialmerckmsdmortgagemovistarmutuelleobserverpartnerspharmacypicturesplumbingpropertyredstonereliance\
     saarlandsamsclubsecurityservicesshoppingshowtimesoftbanksoftwarestcgroupsuppliessymantectelecitytraininguconnectvanguard\
     venturesverisignwoodsideyokohama",
    "accenturealfaromeoallfinanzamsterdamanalyticsaquarellebarcelonabloombergchristmascommunitydirectoryeducationequipmentfai\
     rwindsfinancialfirestonefreseniusfrontdoorfujixeroxfurnituregoldpointgoodhandshisamitsuhomedepothomegoodshomesensehoneyw\
     ellinstituteinsurancekuokgroupladbrokeslancasterlandroverlifestylemarketingmarshallsmcdonaldsmelbournemicrosoftmontblanc\
     panasonicpassagenspramericarichardliscjohnsonshangrilasolutionsstatebankstatefarmstockholmtravelersvacationsyodobashi",
    "accountantapartmentsassociatesbasketballbnpparibasboehringercapitaloneconsultingcreditcardcuisinellaeurovisionextraspace\
     foundationhealthcareimmobilienindustriesmanagementmitsubishinationwidenewhollandnextdirectonyoursidepropertiesprotection\
     prudentialrealestaterepublicanrestaurantschaefflerswiftcovertatamotorstechnologytelefonicauniversityvistaprintvlaanderen\
     volkswagen",
    "accountantsbarclaycardblackfridayblockbusterbridgestonecalvinkleincontractorscreditunionengineeringenterprisesfoodnetwor\
     kinvestmentskerryhotelslamborghinimotorcyclesolayangroupphotographyplaystationproductionsprogressiveredumbrellarightatho\
     mewilliamhill",
    "constructionlplfinancialpamperedchefscholarshipsversicherung",
    "internationallifeinsuranceorientexpressspreadbettingtravelchannelwolterskluwer",
    "afamilycompanyamericanfamilybananarepubliccancerresearchcookingchannelkerrylogisticsweatherchannel",
    "americanexpresskerrypropertiessandvikcoromant",
    "",
    "",
    "northwesternmutualtravelersinsurance",
];

/// The other names, in lower case and in order.
#[rustfmt::skip]
pub(in crate::text) const OTHER: &[&str] = &[
    "vermögensberater", "vermögensberatung", "ελ", "ευ", "бг", "бел", "дети", "ею", "католик", "ком", "мкд", "мон", "москва",
    "онлайн", "орг", "рус", "рф", "сайт", "срб", "укр", "қаз", "հայ", "קום", "ابوظبي", "اتصالات", "ارامكو", "الاردن", "البحرين",
    "الجزائر", "السعودية", "العليان", "المغرب", "امارات", "ایران", "بارت", "بازار", "بيتك", "بھارت", "تونس", "سودان", "سورية",
    "شبكة", "عراق", "عرب", "عمان", "فلسطين", "قطر", "كاثوليك", "كوم", "مصر", "مليسيا", "موبايلي", "موريتانيا", "موقع", "همراه",
    "پاکستان", "ڀارت", "कॉम", "नेट", "भारत", "भारतम्", "भारोत", "संगठन", "বাংলা", "ভারত", "ভাৰত", "ਭਾਰਤ", "ભારત", "ଭାରତ", "இந்தியா",
    "இலங்கை", "சிங்கப்பூர்", "భారత్", "ಭಾರತ", "ഭാരതം", "ලංකා", "คอม", "ไทย", "ລາວ", "გე", "みんな", "クラウド", "グーグル", "コム", "ストア", "セール",
    "ファッション", "ポイント", "世界", "中信", "中国", "中國", "中文网", "企业", "佛山", "信息", "健康", "八卦", "公司", "公益", "台湾", "台灣", "商城", "商店", "商标", "嘉里",
    "嘉里大酒店", "在线", "大众汽车", "大拿", "天主教", "娱乐", "家電", "工行", "广东", "微博", "慈善", "我爱你", "手机", "手表", "招聘", "政务", "政府", "新加坡", "新闻", "时尚",
    "書籍", "机构", "淡马锡", "游戏", "澳門", "点看", "珠宝", "移动", "组织机构", "网址", "网店", "网站", "网络", "联通", "诺基亚", "谷歌", "购物", "通販", "集团", "電訊盈科",
    "飞利浦", "食品", "餐厅", "香格里拉", "香港", "닷넷", "닷컴", "삼성", "한국",
];
